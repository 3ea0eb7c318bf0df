// The announcement of a literal at the end of a line: {n}, RFC 3501 §4.3, or {n+}, RFC 7888.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pillarbox::imap {

enum class LiteralKind : std::uint8_t {
  synchronizing,      // {n}: the client waits for `+`, or for the tagged response that refuses it
  non_synchronizing,  // {n+}: its bytes come anyhow
};

struct LiteralAnnouncement {
  std::uint64_t bytes = 0;  // UINT64_MAX if it is more
  LiteralKind kind = LiteralKind::synchronizing;
  std::size_t length = 0;  // of the announcement itself, braces included
};

// The most characters an announcement has; with more digits it is none.
inline constexpr std::size_t max_announcement = 23;

// What ends `line`, which has no line end, or nothing.
std::optional<LiteralAnnouncement> announcement_at_end(std::string_view line);

}  // namespace pillarbox::imap
