// table(5): a list or a mapping that the configuration names, from the configuration itself or from a file. A
// file is read again when it changes, without a restart; a broken line is reported and the others are served.
//
// Table gives the lines of one version. What a line means depends on what the table is used for:
// Typed<AliasMap>, Typed<DomainList>, Typed<NetworkList>, Typed<AddressList>, Typed<PasswdMap> … read it,
// once per version.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pillarbox::tables {

// A line that says something: not empty, not a comment. `text` is trimmed at both ends.
struct Line {
  std::uint32_t number = 0;  // in the file, from 1; the entries of inline tables and databases are counted
  bool is_indented = false;  // it began with a space or tab
  std::string_view text;
  // Of an inline table or a database: the value behind `text`, its key, or "" in a list. In a text file the
  // reader splits the text.
  std::optional<std::string_view> value;
};

// What is wrong with a line, and what comes of it: "an alias without a target: the line is ignored".
struct LineError {
  std::uint32_t line = 0;
  std::string message;
};

// One version of a table. Immutable, shared by all who read it.
struct Lines {
  std::string source;  // "/etc/pillarbox/users", or "table users" for one in the configuration
  std::string text;    // a file's; `lines` point into it
  std::deque<std::string>
      pieces;  // an inline table's words, a database's long texts; `lines` point into them
  std::vector<Line> lines;
  std::vector<LineError> errors;  // lines that are none: too long, with a NUL
};

// The lines of a file's text; `#` at the beginning of a line makes it a comment.
std::shared_ptr<const Lines> split_lines(std::string source, std::string text);

// The entries of a Berkeley DB file's bytes (tables/berkeley_db.h), or why it has none.
std::expected<std::shared_ptr<const Lines>, std::string> split_database(std::string source,
                                                                        std::string bytes);

// The table can't be read at all, and never could: temporary for whoever asks.
struct Unavailable {
  std::string detail;  // for the log: "/etc/pillarbox/users: Permission denied"
};

// May be used from any thread.
class Table {
 public:
  virtual ~Table() = default;
  virtual const std::string& name() const = 0;

  // The lines as they are now. Looks for a change at most once a second; if the file has become unreadable,
  // that is logged and the last good version goes on being served. Never null.
  virtual std::expected<std::shared_ptr<const Lines>, Unavailable> lines() = 0;

  // The same, but looks for a change at once: for a look-up that found nothing, and after the program itself
  // wrote the file.
  virtual std::expected<std::shared_ptr<const Lines>, Unavailable> fresh_lines() = 0;
};

// Logs what is wrong with a version.
void report(const Lines& lines, const std::vector<LineError>& errors);

// A table read as a `Parsed`, which has
//   static Parsed parse(const Lines& lines, std::vector<LineError>& errors);
// Broken lines are logged once per version. May be used from any thread.
template <class Parsed>
class Typed {
 public:
  using Result = std::expected<std::shared_ptr<const Parsed>, Unavailable>;

  explicit Typed(Table& table) : table_(table) {}

  Result get() { return parsed(table_.lines()); }
  // See Table::fresh_lines.
  Result fresh() { return parsed(table_.fresh_lines()); }
  Table& table() { return table_; }

 private:
  Result parsed(std::expected<std::shared_ptr<const Lines>, Unavailable> lines) {
    if (!lines) return std::unexpected(std::move(lines).error());
    {
      const std::scoped_lock lock(mutex_);
      // While one thread reads a new version, the others go on with the old one.
      if (parsed_ && (lines_ == *lines || is_parsing_)) return parsed_;
      is_parsing_ = true;
    }
    std::vector<LineError> errors = (*lines)->errors;
    auto fresh = std::make_shared<const Parsed>(Parsed::parse(**lines, errors));
    report(**lines, errors);
    const std::scoped_lock lock(mutex_);
    lines_ = *std::move(lines);
    parsed_ = std::move(fresh);
    is_parsing_ = false;
    return parsed_;
  }

  Table& table_;
  std::mutex mutex_;
  bool is_parsing_ = false;
  std::shared_ptr<const Lines> lines_;    // which version `parsed_` was read from
  std::shared_ptr<const Parsed> parsed_;  // shared: a look-up may outlive the next version's arrival
};

}  // namespace pillarbox::tables
