// What STATUS asks for: RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 8438.
#pragma once

#include <cstdint>

namespace pillarbox::imap {

struct StatusItems {
  std::uint16_t bits = 0;

  constexpr bool has(StatusItems other) const { return (bits & other.bits) == other.bits; }
  constexpr bool empty() const { return bits == 0; }
  friend constexpr StatusItems operator|(StatusItems a, StatusItems b) {
    return {static_cast<std::uint16_t>(a.bits | b.bits)};
  }
  constexpr StatusItems& operator|=(StatusItems other) { return *this = *this | other; }
  friend constexpr bool operator==(StatusItems, StatusItems) = default;
};

namespace status_items {
inline constexpr StatusItems messages{1};
inline constexpr StatusItems recent{2};
inline constexpr StatusItems uid_next{4};
inline constexpr StatusItems uid_validity{8};
inline constexpr StatusItems unseen{16};
inline constexpr StatusItems highest_modseq{32};
inline constexpr StatusItems size{64};
}  // namespace status_items

}  // namespace pillarbox::imap
