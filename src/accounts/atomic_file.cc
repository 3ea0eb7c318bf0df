#include "accounts/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "base/try.h"

namespace pillarbox::accounts {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds between_tries{50};

std::unexpected<std::string> failed(const std::string& path, int error = errno) {
  return std::unexpected(path + ": " + std::generic_category().message(error));
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool give_rights(int file, const FileRights& rights) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return false;
  const bool is_owned = status.st_uid == rights.owner && status.st_gid == rights.group;
  // The owner first: changing it takes set-id bits away.
  return (is_owned || ::fchown(file, rights.owner, rights.group) == 0) && ::fchmod(file, rights.mode) == 0;
}

}  // namespace

std::expected<std::string, std::string> resolve(const std::string& path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) != nullptr) return resolved;
  struct stat status{};
  // A link that leads nowhere would be replaced by a file: rather not.
  if (errno != ENOENT || ::lstat(path.c_str(), &status) == 0) return failed(path);
  if (::realpath(folder_of(path).c_str(), resolved) == nullptr) return failed(folder_of(path));
  const auto slash = path.rfind('/');
  return std::string(resolved) + "/" + (slash == std::string::npos ? path : path.substr(slash + 1));
}

std::expected<LockedFile, std::string> open_locked(const std::string& path) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    LockedFile file{.descriptor =
                        Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))};
    if (!file.descriptor.is_open() && errno == ENOENT) return file;
    if (!file.descriptor.is_open() || ::fstat(file.descriptor.get(), &file.status) != 0) return failed(path);
    if (!S_ISREG(file.status.st_mode)) return std::unexpected(path + ": not a file");
    const bool is_locked = ::flock(file.descriptor.get(), LOCK_EX | LOCK_NB) == 0;
    if (!is_locked && errno != EWOULDBLOCK && errno != EINTR) return failed(path);
    struct stat current{};
    // Whoever held the lock has put another file in this one's place.
    if (is_locked && ::stat(path.c_str(), &current) == 0 && is_same_file(current, file.status)) return file;
    if (std::chrono::steady_clock::now() >= end)
      return std::unexpected(path + ": somebody else is changing it");
    if (!is_locked) std::this_thread::sleep_for(between_tries);
  }
}

std::expected<std::string, std::string> read_all(const Descriptor& file, std::size_t most) {
  std::string text;
  char part[65536];
  for (;;) {
    const auto got = ::read(file.get(), part, sizeof(part));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(std::generic_category().message(errno));
    if (got == 0) return text;
    text.append(part, static_cast<std::size_t>(got));
    if (text.size() > most) return std::unexpected("the file is too large");
  }
}

std::expected<void, std::string> replace_file(const std::string& path, std::string_view text,
                                              const FileRights& rights) {
  const std::string folder = folder_of(path);
  const Descriptor folder_handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_handle.is_open()) return failed(folder);
  std::string temporary =
      path + ".XXXXXX";  // mkostemp makes it anew, never through a link, for the owner only
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return failed(folder);
  const bool is_written = give_rights(file.get(), rights) && write_all(file.get(), text) &&
                          ::fsync(file.get()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!is_written) {
    const int error = errno;
    ::unlink(temporary.c_str());
    return failed(path, error);
  }
  if (::fsync(folder_handle.get()) != 0) return failed(folder);
  return {};
}

}  // namespace pillarbox::accounts
