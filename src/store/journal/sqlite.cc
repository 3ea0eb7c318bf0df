#include "store/journal/sqlite.h"

#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

SqlError error_of(sqlite3* database, int code) {
  return {code & 0xFF, database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database)};
}

}  // namespace

Error SqlError::as_store_error() const {
  if (is_corrupt()) return {ErrorKind::corrupt, "index.db: " + what};
  return {is_full() ? ErrorKind::disk_full : ErrorKind::io, "index.db: " + what};
}

Statement& Statement::bind(int parameter, std::uint64_t value) {
  return bind(parameter, static_cast<std::int64_t>(value));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  ASSERT(sqlite3_bind_int64(statement_.get(), parameter, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = text.empty() ? "" : text.data();
  ASSERT(sqlite3_bind_text(statement_.get(), parameter, data, static_cast<int>(text.size()), SQLITE_STATIC) ==
         SQLITE_OK);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  ASSERT(sqlite3_bind_blob(statement_.get(), parameter, data, static_cast<int>(bytes.size()),
                           SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  ASSERT(sqlite3_bind_null(statement_.get(), parameter) == SQLITE_OK);
  return *this;
}

SqlResult<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = error_of(sqlite3_db_handle(statement_.get()), code);
  reset();
  return std::unexpected(std::move(error));
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

SqlResult<void> Statement::run() {
  TRY(step());
  reset();
  return {};
}

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(signed_number(column));
}

std::int64_t Statement::signed_number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

SqlResult<Database> Database::open(const std::string& path, Mode mode) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
                    (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);  // to be closed also after an error
  if (code != SQLITE_OK) return std::unexpected(error_of(raw, code));
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

SqlResult<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(database_.get(), code));
  return {};
}

SqlResult<Statement> Database::prepare(const char* sql) {
  Statement statement;
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(database_.get(), code));
  statement.statement_.reset(raw);
  return statement;
}

SqlResult<Statement*> Database::prepared(const char* sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) found = prepared_.emplace(sql, TRY(prepare(sql))).first;
  found->second.reset();
  return &found->second;
}

SqlResult<std::uint64_t> Database::number(const char* sql) {
  Statement statement = TRY(prepare(sql));
  return TRY(statement.step()) ? statement.number(0) : 0;
}

}  // namespace pillarbox::store::journal
