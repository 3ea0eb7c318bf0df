// A table in a text file or in a Berkeley DB file, read again when the file changes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "tables/table.h"

namespace pillarbox::tables {

class FileTable final : public Table {
 public:
  enum class Format : std::uint8_t { text, database };

  FileTable(std::string name, std::string path, Format format, const Clock& clock)
      : name_(std::move(name)), path_(std::move(path)), format_(format), clock_(clock) {}

  const std::string& name() const override { return name_; }
  std::expected<std::shared_ptr<const Lines>, Unavailable> lines() override {
    return look(Look::now_and_then);
  }
  std::expected<std::shared_ptr<const Lines>, Unavailable> fresh_lines() override { return look(Look::now); }

 private:
  enum class Look : std::uint8_t { now_and_then, now };

  // What tells one version of a file from another without reading it.
  struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified = 0;  // nanoseconds
    std::int64_t changed = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Contents {
    Stamp stamp;
    std::string text;
  };

  std::expected<std::shared_ptr<const Lines>, Unavailable> look(Look look);
  std::expected<std::shared_ptr<const Lines>, Unavailable> known() const;
  bool is_due(Look look, Time now);
  void update(Time now);
  void keep(std::string error);
  static std::optional<Stamp> stamp_of(const std::string& path);
  static std::expected<Contents, std::string> read(const std::string& path, std::size_t most);
  std::expected<std::shared_ptr<const Lines>, std::string> split(std::string text) const;

  const std::string name_;
  const std::string path_;
  const Format format_;
  const Clock& clock_;

  std::mutex reading_;  // held by the one thread that looks at the file

  mutable std::mutex mutex_;            // guards what follows; never held while the file is read
  std::shared_ptr<const Lines> lines_;  // shared with who reads them; null if the file could never be read
  std::string error_;                   // why it can't be read now; "" if it can
  Stamp stamp_;
  std::optional<Time> looked_;
  bool read_again_ =
      false;  // it was written just before it was read: what came in the same tick has the same stamp
};

// The text that a database was made of, "/etc/aliases" of "/etc/aliases.db"; "" if the name doesn't tell.
std::string database_source(const std::string& path);

// What to say if that text was changed after the database was made; nothing if it wasn't.
std::optional<std::string> why_outdated(const std::string& path);

}  // namespace pillarbox::tables
