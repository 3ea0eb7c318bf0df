// Whose rights and whose files.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace pillarbox::os {

// Numbers as getpwnam(3) or a userbase tells them.
struct Owner {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
  std::string shell = "/bin/sh";  // only told to commands, never run
  friend bool operator==(const Owner&, const Owner&) = default;
};

// The system user of that name; nothing if there is none. Blocks while the system's databases are asked.
std::optional<Owner> find_system_user(const std::string& name);

}  // namespace pillarbox::os
