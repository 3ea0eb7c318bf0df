// Message flags, RFC 3501 §2.3.2: the system flags as bits, keywords as text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/imap/bits.h"

namespace pillarbox::imap {

// A set of system flags; the bits are those of store::Flags. `recent` is the server's alone: it is written,
// never taken from a client.
using SystemFlags = Bits<struct SystemFlagsTag, std::uint8_t>;

namespace system_flags {
inline constexpr SystemFlags seen{1};
inline constexpr SystemFlags answered{2};
inline constexpr SystemFlags flagged{4};
inline constexpr SystemFlags deleted{8};
inline constexpr SystemFlags draft{16};
inline constexpr SystemFlags recent{32};
}  // namespace system_flags

// In the order in which they are written.
struct SystemFlagName {
  SystemFlags flag;
  std::string_view name;
};
inline constexpr std::array<SystemFlagName, 6> system_flag_names = {{
    {system_flags::answered, "\\Answered"},
    {system_flags::flagged, "\\Flagged"},
    {system_flags::deleted, "\\Deleted"},
    {system_flags::seen, "\\Seen"},
    {system_flags::draft, "\\Draft"},
    {system_flags::recent, "\\Recent"},
}};

// The flag that a client names, backslash included, in any case; never `recent`.
std::optional<SystemFlags> system_flag(std::string_view name);

// The flags of a STORE or APPEND. Keywords keep the client's spelling; none is there twice (ASCII case
// ignored).
struct FlagList {
  SystemFlags system;
  std::vector<std::string> keywords;
  friend bool operator==(const FlagList&, const FlagList&) = default;
};

// Adds a keyword unless it is there.
void add_keyword(FlagList& list, std::string_view keyword);

}  // namespace pillarbox::imap
