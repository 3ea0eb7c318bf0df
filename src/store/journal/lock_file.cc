#include "store/journal/lock_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pillarbox::store::journal {

std::expected<LockFile, Error> LockFile::take(const std::string& path) {
  auto fail = [&](const char* call) {
    return std::unexpected(Error{ErrorKind::io, fmt::format("{} {}: {}", call, path, std::strerror(errno))});
  };
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail("open");
  LockFile lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail("lock");
    std::array<char, 16> holder{};
    const ssize_t n = ::pread(fd, holder.data(), holder.size() - 1, 0);
    return std::unexpected(
        Error{ErrorKind::io,
              fmt::format("{} is held by another process{}{}: stop that first, or use another folder", path,
                          n > 0 ? " " : "", holder.data())});
  }
  // For whoever comes second. That it can't be written is no reason not to run.
  const std::string pid = std::to_string(::getpid());
  static_cast<void>(::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) > 0);
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

LockFile::~LockFile() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace pillarbox::store::journal
