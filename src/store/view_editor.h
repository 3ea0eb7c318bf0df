// Makes new snapshots of a mailbox from old ones. Chunks that didn't change are shared, appended messages go
// into spare room behind what older snapshots show, and flags are copied apart from what never changes: so a
// snapshot costs little, however large the mailbox.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/types.h"
#include "store/view.h"

namespace pillarbox::store {

// Columns of a message that never change, `capacity` entries each in one allocation.
struct FixedColumns {
  explicit FixedColumns(std::size_t capacity);

  std::size_t capacity;
  std::size_t used = 0;  // entries that some editor has written; only whoever edits looks at it
  std::int64_t* internal_dates;
  std::int64_t* saved;
  std::uint64_t* bodies;
  std::uint32_t* uids;
  std::uint32_t* sizes;

 private:
  std::unique_ptr<std::uint64_t[]> memory_;
};

// Flags and modseqs. Entries that a snapshot shows are never written again.
struct ChangingColumns {
  explicit ChangingColumns(std::size_t capacity);

  std::size_t capacity;
  std::size_t used = 0;
  std::uint64_t* flags;
  std::uint64_t* modseqs;

 private:
  std::unique_ptr<std::uint64_t[]> memory_;
};

// The newest state of one mailbox's messages, not shown to anybody until freeze(). All editors of one mailbox
// belong to one thread, or are handed over as a whole.
class ViewEditor {
 public:
  ViewEditor(MailboxId id, UidValidity uid_validity);
  explicit ViewEditor(const MailboxView& view);
  ViewEditor(ViewEditor&&) = default;
  ViewEditor& operator=(ViewEditor&&) = default;

  // A second editor of the same state; each may be edited on its own from here.
  ViewEditor fork();

  Uid uid_next{1};
  ModSeq highest_modseq{1};
  std::vector<std::string> keywords;

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;
  // Requires: index < size().
  Message at(std::size_t index) const;
  std::optional<std::size_t> index_of(Uid uid) const;
  std::size_t lower_bound(Uid uid) const;

  // Requires: a uid above all that are there. uid_next and highest_modseq are the caller's to set.
  void append(const Message& message);
  // The first `count` entries of such columns at once. Requires: nobody else writes to them; count > 0, uids
  // ascending and above all that are there.
  void append(std::shared_ptr<FixedColumns> fixed, std::shared_ptr<ChangingColumns> changing,
              std::size_t count);
  // Requires: index < size().
  void set_flags(std::size_t index, Flags flags, ModSeq modseq);
  // `uids` ascending; those that aren't there are skipped.
  void remove(std::span<const Uid> uids);

  // The state as it is now. Editing goes on without changing it.
  std::shared_ptr<const MailboxView> freeze();

 private:
  ViewEditor(const ViewEditor&) = default;

  struct Slot {
    std::shared_ptr<FixedColumns> fixed;
    std::shared_ptr<ChangingColumns> changing;
    std::size_t count = 0;
    bool may_write_flags = false;         // no snapshot shows `changing`
    std::shared_ptr<const Chunk> frozen;  // what a snapshot shows; null once changed
  };

  std::size_t slot_of(std::size_t index) const;
  void make_room(Slot& slot, std::size_t capacity);
  void count_starts();

  MailboxId id_;
  UidValidity uid_validity_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::size_t> starts_;
};

}  // namespace pillarbox::store
