// What STATUS asks for: RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 8438.
#pragma once

#include <cstdint>

#include "proto/imap/bits.h"

namespace pillarbox::imap {

using StatusItems = Bits<struct StatusItemsTag, std::uint16_t>;

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
