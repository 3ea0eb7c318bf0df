// Snapshots: files that say everything the index says, at one sequence. The newest one and the journal after
// it make the index anew, so older segments are only needed for their bodies. docs/journal-format.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/journal/effects.h"
#include "store/journal/file.h"
#include "store/journal/format.h"
#include "store/journal/head.h"

namespace pillarbox::store::journal {

std::string snapshot_name(std::uint64_t sequence);
std::optional<std::uint64_t> snapshot_sequence(std::string_view name);

struct SnapshotHeader {
  std::uint64_t sequence = 0;  // of the last batch that is in it
  std::uint64_t stamp = 0;     // seeds the records' checksums
  Time made;
};
std::string encode(const SnapshotHeader& header);  // one block
std::optional<SnapshotHeader> decode_snapshot_header(std::string_view block);

// ---- What stands in its records, one row behind the other.

struct StateRow {
  LastIds last;
};
struct AccountRow {
  AccountId id;
  std::string name;
  std::vector<std::string> subscriptions;
};
struct MailboxRow {
  MailboxId id;
  AccountId account;
  std::string name;
  SpecialUse special_use = SpecialUse::none;
  UidValidity uid_validity;
  std::optional<Time> deleted;
  Uid uid_next;
  ModSeq highest_modseq;
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted_messages = 0;
  std::uint64_t size = 0;
  Uid first_recent;
  std::uint32_t recent = 0;
  std::vector<std::string> keywords;
};
struct ChunkRow {
  MailboxId mailbox;
  std::string fixed;
  std::string changing;
};
struct BodyReferenceRow {
  BodyId id;
  std::uint64_t refs = 0;
  Place place;
  std::uint64_t size = 0;
};
struct QueueRow {
  QueueEntry entry;
};
struct ExpungedMessageRow {
  MailboxId mailbox;
  Message message;
  Time expunged;
};
// The last one: without it the snapshot isn't whole.
struct EndRow {
  std::uint64_t rows = 0;  // before it
};
using SnapshotRow = std::variant<StateRow, AccountRow, MailboxRow, ChunkRow, BodyReferenceRow, QueueRow,
                                 ExpungedMessageRow, EndRow>;

void encode(std::string& payload, const SnapshotRow& row);
// Takes the first row off; nothing when it is malformed.
std::optional<SnapshotRow> take_row(std::string_view& payload);

// ---- Files.

// Writes one beside its name; finish() makes it appear, whole and durable.
class SnapshotWriter {
 public:
  static DiskResult<SnapshotWriter> begin(Disk& disk, std::string folder, SnapshotHeader header);

  DiskResult<void> add(const SnapshotRow& row);
  // Gives the number of bytes.
  DiskResult<std::uint64_t> finish();

 private:
  SnapshotWriter(Disk& disk, std::string folder, SnapshotHeader header, std::unique_ptr<File> file)
      : disk_(disk), folder_(std::move(folder)), header_(header), file_(std::move(file)) {}
  DiskResult<void> flush();

  Disk& disk_;
  std::string folder_;
  SnapshotHeader header_;
  std::unique_ptr<File> file_;
  std::string rows_;
  std::uint64_t row_count_ = 0;
  std::uint64_t record_count_ = 0;
  std::uint64_t offset_ = block_bytes;
};

// Reads one from the beginning.
class SnapshotReader {
 public:
  // Error EBADMSG: no snapshot, or of another version.
  static DiskResult<SnapshotReader> open(std::shared_ptr<const File> file, std::string name);

  const SnapshotHeader& header() const { return header_; }
  // The next row; EndRow is the last. Error EBADMSG where it is damaged or ends too soon.
  DiskResult<SnapshotRow> next();

 private:
  SnapshotReader(std::shared_ptr<const File> file, std::string name, SnapshotHeader header)
      : file_(std::move(file)), name_(std::move(name)), header_(header) {}
  std::unexpected<DiskError> damaged() const;
  DiskResult<void> load();

  std::shared_ptr<const File> file_;
  std::string name_;
  SnapshotHeader header_;
  std::uint64_t offset_ = block_bytes;
  std::uint64_t records_ = 0;
  std::uint64_t rows_ = 0;
  std::string buffer_;
  std::string_view rest_;
};

}  // namespace pillarbox::store::journal
