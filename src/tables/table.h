// table(5): a list or a mapping that the configuration names, from the configuration itself or from a file. A
// file is read again when it changes, without a restart; a broken line is reported and the others are served.
//
// Table gives the lines of one version. What a line means depends on what the table is used for:
// Typed<AliasMap>, Typed<DomainList>, Typed<NetworkList>, Typed<AddressList>, Typed<PasswdMap> … read it,
// once per version.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace pillarbox::tables {

// A line that says something: not empty, not a comment. `text` is trimmed at both ends.
struct Line {
  std::uint32_t number = 0;               // in the file, from 1; an inline table's entries are counted
  bool is_indented = false;               // it began with a space or tab
  std::string_view text;                  // of a mapping `{ key = value }` written inline: the key
  std::optional<std::string_view> value;  // set only there; in a file the reader splits the text
};

// One version of a table. Immutable, shared by all who read it.
struct Lines {
  std::string source;  // "/etc/pillarbox/users", or "table users" for an inline one
  std::string text;    // what `lines` point into
  std::vector<Line> lines;
  std::vector<std::string> pieces;  // inline tables: what `lines` point into
};

struct LineError {
  std::uint32_t line = 0;
  std::string message;  // "alias without a target"
};

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

// A table read as a `Parsed`, which has
//   static Parsed parse(const Lines& lines, std::vector<LineError>& errors);
// Broken lines are logged once per version. May be used from any thread.
template <class Parsed>
class Typed {
 public:
  explicit Typed(Table& table) : table_(table) {}

  std::expected<std::shared_ptr<const Parsed>, Unavailable> get() { return parsed(table_.lines()); }
  std::expected<std::shared_ptr<const Parsed>, Unavailable> fresh() { return parsed(table_.fresh_lines()); }
  Table& table() { return table_; }

 private:
  std::expected<std::shared_ptr<const Parsed>, Unavailable> parsed(
      std::expected<std::shared_ptr<const Lines>, Unavailable> lines) {
    if (!lines) return std::unexpected(std::move(lines).error());
    const std::scoped_lock lock(mutex_);
    if (lines_ != *lines) {
      std::vector<LineError> errors;
      parsed_ = std::make_shared<const Parsed>(Parsed::parse(**lines, errors));
      lines_ = *lines;
      for (const LineError& error : errors) {
        log::warning("tables", "{}:{}: {}; the line is ignored", lines_->source, error.line, error.message);
      }
    }
    return parsed_;
  }

  Table& table_;
  std::mutex mutex_;
  std::shared_ptr<const Lines> lines_;    // which version `parsed_` was read from
  std::shared_ptr<const Parsed> parsed_;  // shared: a look-up may outlive the next version's arrival
};

}  // namespace pillarbox::tables
