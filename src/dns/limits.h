// Every limit of this folder: what a name server can make us keep.
#pragma once

#include <cstddef>

namespace pillarbox::dns::limits {

// RFC 1035 §2.3.4, as names travel: length bytes and the final zero included.
inline constexpr std::size_t label = 63;
inline constexpr std::size_t name = 255;

// One answer. More records than that are refused as a failure, never cut: who knows what would be missing.
inline constexpr std::size_t records = 1'000;
inline constexpr std::size_t answer_bytes = 65'535;  // of all its records' data; a DNS message holds no more

// Questions asked in one go.
inline constexpr std::size_t questions = 128;

// A file of hosts(5).
inline constexpr std::size_t hosts_bytes = 1 << 20;
inline constexpr std::size_t hosts_entries = 20'000;

}  // namespace pillarbox::dns::limits
