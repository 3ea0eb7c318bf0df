// Where things are unless a flag says otherwise.
#pragma once

#include <filesystem>
#include <string>

namespace pillarbox::app {

inline constexpr const char* default_config = "/etc/pillarbox/pillarbox.conf";
inline constexpr const char* default_state = "/var/lib/pillarbox";

// What a state folder holds.
inline std::filesystem::path store_folder(const std::filesystem::path& state) { return state / "store"; }
inline std::filesystem::path control_socket(const std::filesystem::path& state) {
  return state / "control.sock";
}

}  // namespace pillarbox::app
