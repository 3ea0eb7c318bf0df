#include "tables/file_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/descriptor.h"
#include "base/log.h"
#include "tables/limits.h"

namespace pillarbox::tables {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * second + time.tv_nsec; }

std::int64_t file_system_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

template <class Stamp>
Stamp to_stamp(const struct stat& info) {
  return {static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino),
          static_cast<std::uint64_t>(info.st_size), nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

}  // namespace

std::optional<FileTable::Stamp> FileTable::stamp_of(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return to_stamp<Stamp>(info);
}

std::expected<FileTable::Contents, std::string> FileTable::read(const std::string& path, std::size_t most) {
  // Not to wait for whoever might write to a pipe of that name.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return std::unexpected(std::strerror(errno));
  struct stat info;
  if (::fstat(file.get(), &info) != 0) return std::unexpected(std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return std::unexpected("it isn't a file");
  Contents contents{to_stamp<Stamp>(info), {}};
  // A size that is a lie needn't be made room for.
  contents.text.resize(std::min(static_cast<std::size_t>(info.st_size), most));
  std::size_t length = 0;
  for (;;) {
    if (length == contents.text.size()) contents.text.resize(length + 4'096);
    if (length > most) return std::unexpected(fmt::format("it is larger than {} MiB", most >> 20));
    const ssize_t got = ::read(file.get(), contents.text.data() + length, contents.text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(std::strerror(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  contents.text.resize(length);
  return contents;
}

std::expected<std::shared_ptr<const Lines>, Unavailable> FileTable::known() const {
  const std::scoped_lock lock(mutex_);
  if (!lines_) return std::unexpected(Unavailable{path_ + ": " + error_});
  return lines_;
}

bool FileTable::is_due(Look look, Time now) {
  const std::scoped_lock lock(mutex_);
  const bool is_time = !looked_ || now < *looked_ || now - *looked_ >= limits::between_looks;
  // While another thread reads it for the first time, there is neither an answer nor an error: wait for it.
  const bool is_unknown = !lines_ && error_.empty();
  return is_time || is_unknown || look == Look::now;
}

std::expected<std::shared_ptr<const Lines>, Unavailable> FileTable::look(Look look) {
  const Time now = clock_.now();
  if (!is_due(look, now)) return known();
  std::unique_lock reading(reading_, std::try_to_lock);
  if (!reading) {
    // Another thread is at it. Only who has nothing yet must wait for it.
    if (auto lines = known()) return lines;
    reading.lock();
    if (auto lines = known()) return lines;
  }
  update(now);
  return known();
}

std::expected<std::shared_ptr<const Lines>, std::string> FileTable::split(std::string text) const {
  if (format_ == Format::text) return split_lines(path_, std::move(text));
  auto lines = split_database(path_, std::move(text));
  if (!lines) {
    const std::string source = database_source(path_);
    if (source.empty()) return lines;
    return std::unexpected(fmt::format("{} (\"pillarbox makemap {}\" makes it anew; file:{} reads the text)",
                                       lines.error(), source, source));
  }
  if (const auto why = why_outdated(path_)) log::warning("tables", "{}", *why);
  return lines;
}

// It can't be read now: what it said before still holds.
void FileTable::keep(std::string error) {
  const std::scoped_lock lock(mutex_);
  // One that never could be read is its reader's to report.
  if (lines_ && error_ != error)
    log::error("tables", "{}: {}; what it said before still holds", path_, error);
  error_ = std::move(error);
}

// Requires: `reading_` is held.
void FileTable::update(Time now) {
  const auto stamp = stamp_of(path_);
  {
    const std::scoped_lock lock(mutex_);
    const bool is_time = !looked_ || now < *looked_ || now - *looked_ >= limits::between_looks;
    const bool is_same = lines_ && error_.empty() && stamp && *stamp == stamp_;
    if (is_same && !(read_again_ && is_time)) {
      if (is_time) looked_ = now;
      return;
    }
    looked_ = now;
  }
  const std::int64_t began = file_system_now();
  auto contents = read(path_, format_ == Format::text ? limits::file_bytes : limits::database_bytes);
  if (!contents) return keep(std::move(contents).error());
  // Written in place within the last moments: more may follow that leaves size and times as they are now.
  const bool is_young = began - contents->stamp.modified < 2 * second;
  const auto current = known();
  const bool is_known = current && (*current)->text == contents->text;
  auto fresh = is_known ? *current : split(std::move(contents->text));
  if (!fresh) return keep(std::move(fresh).error());
  const std::scoped_lock lock(mutex_);
  if (lines_ && !is_known) log::info("tables", "{} has changed and was read again", path_);
  lines_ = *std::move(fresh);
  error_.clear();
  stamp_ = contents->stamp;
  read_again_ = is_young;
}

std::string database_source(const std::string& path) {
  return path.ends_with(".db") ? path.substr(0, path.size() - 3) : "";
}

std::optional<std::string> why_outdated(const std::string& path) {
  const std::string source = database_source(path);
  struct stat database;
  struct stat text;
  if (source.empty() || ::stat(path.c_str(), &database) != 0 || ::stat(source.c_str(), &text) != 0)
    return std::nullopt;
  if (!S_ISREG(text.st_mode) || nanoseconds(text.st_mtim) <= nanoseconds(database.st_mtim))
    return std::nullopt;
  return fmt::format("{} was changed after {} was made of it: \"pillarbox makemap {}\" makes it anew", source,
                     path, source);
}

}  // namespace pillarbox::tables
