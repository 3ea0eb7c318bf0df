#include "os/owner.h"

#include <pwd.h>

#include <vector>

namespace pillarbox::os {
namespace {

constexpr std::size_t most_entry_bytes = 1 << 20;

}  // namespace

std::optional<Owner> find_system_user(const std::string& name) {
  std::vector<char> buffer(4096);
  struct passwd entry{};
  struct passwd* found = nullptr;
  while (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) {
    if (buffer.size() >= most_entry_bytes) return std::nullopt;
    buffer.resize(buffer.size() * 2);
  }
  if (found == nullptr) return std::nullopt;
  return Owner{.name = found->pw_name,
               .uid = found->pw_uid,
               .gid = found->pw_gid,
               .home = found->pw_dir,
               .shell = found->pw_shell};
}

}  // namespace pillarbox::os
