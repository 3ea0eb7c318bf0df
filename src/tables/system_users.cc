#include "tables/system_users.h"

#include <pwd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace pillarbox::tables {
namespace {

constexpr std::size_t usual_entry = 1'024;
constexpr std::size_t largest_entry = 1 << 20;

}  // namespace

std::expected<std::optional<SystemUser>, Unavailable> NameServiceUsers::find(const std::string& login) {
  std::vector<char> buffer(usual_entry);
  for (;;) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = ::getpwnam_r(login.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == EINTR) continue;
    if (error == ERANGE && buffer.size() < largest_entry) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    // What getpwnam(3) says some systems answer for "there is none".
    const bool is_none = error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
    if (!is_none)
      return std::unexpected(Unavailable{"the system's users: " + std::string(std::strerror(error))});
    if (found == nullptr) return std::nullopt;
    return SystemUser{.login = found->pw_name,
                      .uid = found->pw_uid,
                      .gid = found->pw_gid,
                      .home = found->pw_dir == nullptr ? "" : found->pw_dir};
  }
}

}  // namespace pillarbox::tables
