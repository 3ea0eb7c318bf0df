#include "tables/file_table.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

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

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

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

std::expected<FileTable::Contents, std::string> FileTable::read(const std::string& path) {
  // Not to wait for whoever might write to a pipe of that name.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return std::unexpected(std::strerror(errno));
  struct stat info;
  if (::fstat(file.get(), &info) != 0) return std::unexpected(std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return std::unexpected("it isn't a file");
  Contents contents{to_stamp<Stamp>(info), {}};
  contents.text.resize(static_cast<std::size_t>(info.st_size));
  std::size_t length = 0;
  for (;;) {
    if (length == contents.text.size()) contents.text.resize(length + 4'096);
    if (length > limits::file_bytes) return std::unexpected("it is larger than 1 GiB");
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
  return is_time || look == Look::now;
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
  auto contents = read(path_);
  if (!contents) {
    const std::scoped_lock lock(mutex_);
    // One that never could be read is its reader's to report.
    if (lines_ && error_ != contents.error()) {
      log::error("tables", "{}: {}; what it said before still holds", path_, contents.error());
    }
    error_ = std::move(contents).error();
    return;
  }
  // Written in place within the last moments: more may follow that leaves size and times as they are now.
  const bool is_young = began - contents->stamp.modified < 2 * second;
  const auto current = known();
  auto fresh = current && (*current)->text == contents->text ? *current
                                                             : split_lines(path_, std::move(contents->text));
  const std::scoped_lock lock(mutex_);
  if (lines_ && lines_ != fresh) log::info("tables", "{} has changed and was read again", path_);
  lines_ = std::move(fresh);
  error_.clear();
  stamp_ = contents->stamp;
  read_again_ = is_young;
}

}  // namespace pillarbox::tables
