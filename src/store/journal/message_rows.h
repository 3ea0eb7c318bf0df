// The tables `chunks` and `marks`: a mailbox's messages in packed columns. Chunks that are touched are
// unpacked once, changed in memory, and packed again by write().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "store/journal/index_schema.h"
#include "store/journal/sqlite.h"
#include "store/journal/uid_set.h"
#include "store/types.h"

namespace pillarbox::store::journal {

class MessageRows {
 public:
  // `database` must outlive it.
  explicit MessageRows(Database& database) : database_(&database) {}

  // Requires: uids above all that the mailbox has.
  void append(MailboxId mailbox, const std::vector<Message>& messages);
  // Those of `uids` that are there.
  SqlResult<void> set_flags(MailboxId mailbox, const UidSet& uids, Flags flags, ModSeq modseq);
  // Takes those of `uids` that are there away and gives them to `take`.
  SqlResult<void> remove(MailboxId mailbox, const UidSet& uids,
                         const std::function<void(const Message&)>& take);

  // Everything into the tables.
  SqlResult<void> write();
  void forget();

 private:
  struct Chunk {
    std::vector<Message> messages;
    bool has_lost = false;     // messages were taken away
    bool has_changed = false;  // flags
  };

  // Calls `use` with each chunk of the tables that may hold some of `uids`.
  SqlResult<void> for_each_chunk(MailboxId mailbox, const UidSet& uids,
                                 const std::function<void(Chunk&)>& use);
  SqlResult<std::vector<std::int64_t>> keys_between(MailboxId mailbox, std::uint32_t first,
                                                    std::uint32_t last);
  SqlResult<Chunk*> load(std::int64_t key);
  SqlResult<std::vector<Message>> read(std::int64_t key);
  SqlResult<void> insert(MailboxId mailbox, const std::vector<Message>& messages);
  SqlResult<void> erase(std::int64_t key);
  SqlResult<void> write_changed(std::int64_t key, Chunk& chunk);
  SqlResult<void> write_appended(MailboxId mailbox, std::vector<Message> messages);

  Database* database_;
  std::map<std::int64_t, Chunk> chunks_;
  std::map<MailboxId, std::vector<Message>> appended_;
};

}  // namespace pillarbox::store::journal
