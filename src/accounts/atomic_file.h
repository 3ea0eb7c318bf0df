// The system's side of UserFile: a lock that survives the file's replacement, and the replacement itself.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace pillarbox::accounts {

// Where the path leads once symbolic links are followed; the last part may be missing.
std::expected<std::string, std::string> resolve(const std::string& path);

struct LockedFile {
  Descriptor descriptor;
  struct stat status{};
};
// Opens and locks the file that stands there now, though others may replace it meanwhile. Waits up to five
// seconds. ENOENT comes back as a descriptor that isn't open.
std::expected<LockedFile, std::string> open_locked(const std::string& path);

// All of an open file, at most `most` bytes.
std::expected<std::string, std::string> read_all(const Descriptor& file, std::size_t most);

struct FileRights {
  mode_t mode;
  uid_t owner;
  gid_t group;
};
// Replaces the file by another with that text and those rights: whoever reads sees the old or the new one
// whole, and a crash leaves one of them.
std::expected<void, std::string> replace_file(const std::string& path, std::string_view text,
                                              const FileRights& rights);

}  // namespace pillarbox::accounts
