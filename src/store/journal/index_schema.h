// index.db: the journal's state as tables, so that starting and looking up don't need the journal. It lags
// behind, and losing it loses nothing.
#pragma once

#include <cstdint>
#include <string>

#include "store/journal/head.h"
#include "store/journal/sqlite.h"
#include "store/types.h"

namespace pillarbox::store::journal {

// Opens it for writing, makes the tables in a new one. Error: also SQLITE_NOTADB when it is some other
// database or of another version.
SqlResult<Database> open_index(const std::string& path);
SqlResult<Database> open_index_for_reading(const std::string& path);

// What stands in the table `state`.
struct IndexState {
  std::uint64_t applied = 0;  // sequence of the last batch that is in the index
  LastIds last;
};
SqlResult<IndexState> read_state(Database& database);
SqlResult<void> write_state(Database& database, const IndexState& state);

// Keys of messages and chunks: mailboxes have 31 bits, uids 32.
constexpr std::int64_t key_of(MailboxId mailbox, std::uint32_t uid) {
  return static_cast<std::int64_t>(mailbox.value << 32 | uid);
}
constexpr MailboxId mailbox_of(std::int64_t key) { return MailboxId{static_cast<std::uint64_t>(key) >> 32}; }
constexpr Uid uid_of(std::int64_t key) { return Uid{static_cast<std::uint32_t>(key)}; }

// A row of the table `expunged`: key, expunged, flags, modseq, internal_date, saved, size, body.
struct ExpungedRow {
  MailboxId mailbox;
  Message message;
  Time expunged;
};
ExpungedRow expunged_row(const Statement& row);

constexpr std::int64_t milliseconds(Time time) { return time.time_since_epoch().count(); }
constexpr Time time_of(std::int64_t value) { return Time{std::chrono::milliseconds{value}}; }

}  // namespace pillarbox::store::journal
