// SQLite with errors as values and statements that are prepared once. One Database belongs to one thread at a
// time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/types.h"

namespace pillarbox::store::journal {

struct SqlError {
  int code = 0;  // SQLite's primary result code
  std::string what;

  bool is_full() const { return code == SQLITE_FULL; }
  bool is_corrupt() const { return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_SCHEMA; }
  Error as_store_error() const;
};

template <class T>
using SqlResult = std::expected<T, SqlError>;

class Database;

// A prepared statement. bind…(), then step() until it says there is no row, then reset() and again.
class Statement {
 public:
  Statement() = default;

  // Parameters count from 1. Text and blobs must live until reset().
  Statement& bind(int parameter, std::uint64_t value);
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);

  // True: there is a row.
  SqlResult<bool> step();
  void reset();
  // For statements without rows: step and reset.
  SqlResult<void> run();

  // Columns count from 0 and live until the next step.
  std::uint64_t number(int column) const;
  std::int64_t signed_number(int column) const;
  bool is_null(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Resets the statement when it goes.
class Resetting {
 public:
  explicit Resetting(Statement& statement) : statement_(statement) {}
  ~Resetting() { statement_.reset(); }
  Resetting(const Resetting&) = delete;
  Resetting& operator=(const Resetting&) = delete;

 private:
  Statement& statement_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { read, write };

  // With Mode::write the file is made if it isn't there.
  static SqlResult<Database> open(const std::string& path, Mode mode);

  Database(Database&&) = default;
  Database& operator=(Database&&) = default;

  // One or more statements without rows.
  SqlResult<void> execute(const char* sql);
  // Prepared on the first call and kept: for literals, which are told apart by their address. Is reset
  // already.
  SqlResult<Statement*> prepared(const char* sql);
  // The only column of the only row; 0 if there is none.
  SqlResult<std::uint64_t> number(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  explicit Database(sqlite3* database) : database_(database) {}

  SqlResult<Statement> prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<const char*, Statement> prepared_;  // goes before the database does
};

}  // namespace pillarbox::store::journal
