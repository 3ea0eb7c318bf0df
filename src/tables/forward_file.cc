#include "tables/forward_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "tables/limits.h"

namespace pillarbox::tables {
namespace {

constexpr mode_t others_write = S_IWGRP | S_IWOTH;

std::unexpected<Unavailable> unavailable(const std::string& path, int error) {
  return std::unexpected(Unavailable{path + ": " + std::strerror(error)});
}

bool is_absent(int error) { return error == ENOENT || error == ENOTDIR; }

// Why a home's .forward may not be followed; "" if it may.
std::string fault_of_home(const struct stat& info, std::uint32_t uid) {
  if (info.st_uid != uid && info.st_uid != 0) return "the home belongs to another user";
  if ((info.st_mode & others_write) != 0) return "others may write to the home";
  return "";
}

std::string fault_of_file(const struct stat& info, std::uint32_t uid) {
  if (!S_ISREG(info.st_mode)) return "it isn't a plain file";
  if (info.st_uid != uid) return "it belongs to another user";
  if ((info.st_mode & others_write) != 0) return "others may write to it";
  if (static_cast<std::size_t>(info.st_size) > limits::forward_bytes) return "it is too large";
  return "";
}

}  // namespace

std::expected<ForwardFile, Unavailable> read_forward_file(const std::string& home, std::uint32_t uid) {
  ForwardFile forward;
  const std::string path = home + "/.forward";
  const auto refused = [&](const std::string& why) {
    forward.complaint = fmt::format("{} is not followed: {}", path, why);
    return forward;
  };
  if (!home.starts_with('/')) return forward;
  const Descriptor folder(::open(home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) {
    if (is_absent(errno)) return forward;
    return unavailable(home, errno);
  }
  struct stat info;
  if (::fstat(folder.get(), &info) != 0) return unavailable(home, errno);
  const struct stat of_home = info;
  if ((of_home.st_mode & S_ISVTX) != 0 && of_home.st_uid == uid)
    return std::unexpected(Unavailable{home + " has the sticky bit: its user is at .forward"});
  // Not to wait for whoever might write to a pipe of that name.
  const Descriptor file(
      ::openat(folder.get(), ".forward", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.get() < 0) {
    if (is_absent(errno)) return forward;
    if (errno == ELOOP) return refused("it is a symbolic link");
    return unavailable(path, errno);
  }
  if (const std::string fault = fault_of_home(of_home, uid); !fault.empty()) return refused(fault);
  if (::fstat(file.get(), &info) != 0) return unavailable(path, errno);
  if (const std::string fault = fault_of_file(info, uid); !fault.empty()) return refused(fault);

  std::string text(limits::forward_bytes + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unavailable(path, errno);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > limits::forward_bytes) return refused("it is too large");
  text.resize(length);
  forward.text = std::move(text);
  return forward;
}

}  // namespace pillarbox::tables
