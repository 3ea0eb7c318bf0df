#include "store/journal/index_schema.h"

#include <fmt/format.h>

#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t application_id = 0x50425849;  // "PBXI"
constexpr std::uint64_t schema_version = 1;

// Synchronous NORMAL with a write-ahead log: after a power cut the index is some earlier state of itself,
// whole, and the journal brings it up to date.
constexpr const char* pragmas = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA cache_size = -16000;
PRAGMA temp_store = MEMORY;
)";

constexpr const char* schema = R"(
PRAGMA application_id = 0x50425849;
CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), applied, account, mailbox, queue_entry, body,
  uid_validity);
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE subscriptions (account INTEGER, name TEXT, PRIMARY KEY (account, name)) WITHOUT ROWID;
-- deleted: when; NULL for those that are there. recent is never more than a hint.
CREATE TABLE mailboxes (id INTEGER PRIMARY KEY, account INTEGER, name TEXT, special_use INTEGER,
  uid_validity INTEGER, deleted INTEGER, uid_next INTEGER DEFAULT 1, highest_modseq INTEGER DEFAULT 1,
  messages INTEGER DEFAULT 0, unseen INTEGER DEFAULT 0, deleted_messages INTEGER DEFAULT 0,
  size INTEGER DEFAULT 0, first_recent INTEGER DEFAULT 1, recent INTEGER DEFAULT 0);
CREATE TABLE keywords (mailbox INTEGER, position INTEGER, name TEXT,
  PRIMARY KEY (mailbox, position)) WITHOUT ROWID;
-- key: mailbox << 32 | a uid not above the chunk's first and above the last of the chunk before.
CREATE TABLE chunks (key INTEGER PRIMARY KEY, count INTEGER, fixed BLOB);
CREATE TABLE marks (key INTEGER PRIMARY KEY, changing BLOB);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, refs INTEGER, segment INTEGER, place INTEGER, size INTEGER);
CREATE TABLE segments (number INTEGER PRIMARY KEY, live INTEGER);
CREATE TABLE queue (id INTEGER PRIMARY KEY, body INTEGER, entry BLOB);
-- key: mailbox << 32 | uid.
CREATE TABLE expunged (key INTEGER PRIMARY KEY, expunged INTEGER, flags INTEGER, modseq INTEGER,
  internal_date INTEGER, saved INTEGER, size INTEGER, body INTEGER);
CREATE INDEX expunged_by_body ON expunged (body);
CREATE INDEX expunged_by_time ON expunged (expunged);
INSERT INTO state VALUES (1, 0, 0, 0, 0, 0, 0);
PRAGMA user_version = 1;
)";

SqlResult<void> check_version(Database& database) {
  const bool is_ours = TRY(database.number("PRAGMA application_id")) == application_id &&
                       TRY(database.number("PRAGMA user_version")) == schema_version;
  if (!is_ours) return std::unexpected(SqlError{SQLITE_NOTADB, "not an index of this version"});
  return {};
}

}  // namespace

SqlResult<Database> open_index(const std::string& path) {
  Database database = TRY(Database::open(path, Database::Mode::write));
  TRY(database.execute(pragmas));
  if (TRY(database.number("SELECT count(*) FROM sqlite_schema")) == 0) {
    TRY(database.execute("BEGIN"));
    TRY(database.execute(schema));
    TRY(database.execute("COMMIT"));
  }
  TRY(check_version(database));
  return database;
}

SqlResult<Database> open_index_for_reading(const std::string& path) {
  Database database = TRY(Database::open(path, Database::Mode::read));
  TRY(check_version(database));
  return database;
}

SqlResult<IndexState> read_state(Database& database) {
  Statement& row =
      *TRY(database.prepared("SELECT applied, account, mailbox, queue_entry, body, uid_validity FROM state"));
  const Resetting resetting(row);
  if (!TRY(row.step())) return std::unexpected(SqlError{SQLITE_CORRUPT, "the table state is empty"});
  return IndexState{.applied = row.number(0),
                    .last = {.account = row.number(1),
                             .mailbox = row.number(2),
                             .queue_entry = row.number(3),
                             .body = row.number(4),
                             .uid_validity = static_cast<std::uint32_t>(row.number(5))}};
}

SqlResult<void> write_state(Database& database, const IndexState& state) {
  return TRY(database.prepared(
                 "UPDATE state SET applied = ?, account = ?, mailbox = ?, queue_entry = ?, body = ?, "
                 "uid_validity = ?"))
      ->bind(1, state.applied)
      .bind(2, state.last.account)
      .bind(3, state.last.mailbox)
      .bind(4, state.last.queue_entry)
      .bind(5, state.last.body)
      .bind(6, std::uint64_t{state.last.uid_validity})
      .run();
}

ExpungedRow expunged_row(const Statement& row) {
  const std::int64_t key = row.signed_number(0);
  return {.mailbox = mailbox_of(key),
          .message = {.uid = uid_of(key),
                      .flags = Flags{row.number(2)},
                      .modseq = ModSeq{row.number(3)},
                      .internal_date = time_of(row.signed_number(4)),
                      .saved = time_of(row.signed_number(5)),
                      .size = static_cast<std::uint32_t>(row.number(6)),
                      .body = BodyId{row.number(7)}},
          .expunged = time_of(row.signed_number(1))};
}

}  // namespace pillarbox::store::journal
