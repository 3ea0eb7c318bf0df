// Message flags, RFC 3501 §2.3.2: the system flags as bits, keywords as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pillarbox::imap {

// A set of system flags; the bits are those of store::Flags. `recent` is the server's alone: it is written, never taken from a client.
struct SystemFlags {
  std::uint8_t bits = 0;

  constexpr bool has(SystemFlags other) const { return (bits & other.bits) == other.bits; }
  constexpr bool empty() const { return bits == 0; }
  friend constexpr SystemFlags operator|(SystemFlags a, SystemFlags b) {
    return {static_cast<std::uint8_t>(a.bits | b.bits)};
  }
  constexpr SystemFlags& operator|=(SystemFlags other) { return *this = *this | other; }
  friend constexpr bool operator==(SystemFlags, SystemFlags) = default;
};

namespace system_flags {
inline constexpr SystemFlags seen{1};
inline constexpr SystemFlags answered{2};
inline constexpr SystemFlags flagged{4};
inline constexpr SystemFlags deleted{8};
inline constexpr SystemFlags draft{16};
inline constexpr SystemFlags recent{32};
}  // namespace system_flags

// The flags of a STORE or APPEND. Keywords keep the client's spelling; none is there twice (ASCII case ignored).
struct FlagList {
  SystemFlags system;
  std::vector<std::string> keywords;
  friend bool operator==(const FlagList&, const FlagList&) = default;
};

}  // namespace pillarbox::imap
