// A user's ~/.forward (forward(5)), read so that nobody can make us read, or do, what that user may not.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "tables/table.h"

namespace pillarbox::tables {

struct ForwardFile {
  std::optional<std::string> text;  // nothing if there is none that may be followed
  std::string complaint;            // why it may not be followed, for the log; "" if all is well
  friend bool operator==(const ForwardFile&, const ForwardFile&) = default;
};

// Reads `home`/.forward. It is followed only if the home is `uid`'s or root's and only its owner may write to
// it, and if the file is `uid`'s own, a plain file and no link, writable by nobody else, and not larger than
// limits::forward_bytes; else the mail stays with the user. Unavailable: the home has the sticky bit, by
// which its user says that he is at it, or can't be looked into now. Blocks.
std::expected<ForwardFile, Unavailable> read_forward_file(const std::string& home, std::uint32_t uid);

}  // namespace pillarbox::tables
