// What no store takes more of. A peer's command can't make it keep unbounded things in memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pillarbox::store::limits {

inline constexpr std::size_t account_name_bytes = 320;  // a local part, @ and a domain (RFC 5321 §4.5.3.1)
inline constexpr std::size_t mailbox_name_bytes = 1000;
inline constexpr std::size_t mailbox_levels = 50;
inline constexpr std::size_t mailboxes_per_account = 10'000;
inline constexpr std::size_t subscriptions_per_account = 10'000;
inline constexpr std::size_t keyword_bytes = 100;
inline constexpr std::uint64_t body_bytes =
    (std::uint64_t{1} << 32) - 1;  // RFC822.SIZE is 32 bits (RFC 3501 §9)
inline constexpr std::size_t bodies_per_batch = 10'000;
inline constexpr std::size_t operations_per_batch = 100'000;
inline constexpr std::size_t queue_entry_bytes = 1 << 20;  // all of an entry's text

}  // namespace pillarbox::store::limits
