// Looks things up in index.db. One reader belongs to one thread at a time; each call sees one state of the
// index.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/journal/columns.h"
#include "store/journal/head.h"
#include "store/journal/index_schema.h"
#include "store/journal/resolver.h"
#include "store/journal/sqlite.h"

namespace pillarbox::store::journal {

struct BodyRow {
  BodyId body;
  Place place;
  std::uint64_t size = 0;
};

// Per mailbox, what isn't in the journal.
struct RecentRow {
  MailboxId mailbox;
  Uid first_recent;
  std::uint32_t recent = 0;
};

class IndexReader {
 public:
  // Opens the file on first use.
  explicit IndexReader(std::string path) : path_(std::move(path)) {}

  // Everything but messages and bodies. `recents` gets a row for each mailbox.
  SqlResult<Head> head(std::vector<RecentRow>& recents, std::vector<QueueEntry>& queue);

  SqlResult<std::vector<UnpackedChunk>> messages(MailboxId mailbox);
  SqlResult<std::optional<BodyRow>> body(BodyId body);
  // For those of `bodies` for which `rows` has nothing yet.
  SqlResult<void> bodies(std::span<const BodyId> bodies, std::vector<std::optional<BodyRow>>& rows);

  // Expunged later than `after`, ascending by uid; nothing when there was never such a mailbox, or it is
  // forgotten.
  SqlResult<std::optional<std::vector<ExpungedRow>>> expunged(MailboxId mailbox, Time after);
  SqlResult<std::vector<Restorable>> restorable(std::span<const BodyId> bodies);
  // At most `most`, expunged no later than `until`.
  SqlResult<std::vector<std::pair<MailboxId, Uid>>> forgettable(Time until, std::size_t most);
  // Deleted mailboxes of which no expunged message is left.
  SqlResult<std::vector<MailboxId>> forgettable_mailboxes();

  // Which of `bodies` are where they were found.
  SqlResult<std::vector<bool>> are_there(std::span<const BodyRow> bodies);
  // Calls for each file of a body.
  SqlResult<std::vector<std::uint64_t>> body_files();

  SqlResult<Database*> database();

 private:
  std::string path_;
  std::optional<Database> database_;
};

}  // namespace pillarbox::store::journal
