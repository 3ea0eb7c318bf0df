// Bounds that no peer and no session passes.
#pragma once

#include <chrono>
#include <cstddef>

namespace pillarbox::net::limits {

// What one read takes from the kernel at most; also the size of each thread's scratch buffer.
inline constexpr std::size_t read_bytes = 64 * 1024;

// Reads and writes in a row that may succeed without a wait, before other sessions of the thread get their
// turn.
inline constexpr unsigned operations_in_a_row = 16;

// A peer that takes what we write slower than this, in bytes a second, is given up however steadily it drips.
inline constexpr std::size_t slowest_reader = 1024;

// After our last word: how long, and for how many bytes, we listen to a peer that is still sending, so that
// the kernel doesn't throw our last reply away with a reset.
inline constexpr std::chrono::milliseconds linger_time{2'000};
inline constexpr std::size_t linger_bytes = 1024 * 1024;

// How long a listener rests when the process is out of descriptors.
inline constexpr std::chrono::milliseconds accept_pause{100};
// Connections taken in one go before sessions of the thread get their turn.
inline constexpr unsigned accepts_in_a_row = 64;

// Connections that the kernel keeps for us until they are accepted.
inline constexpr int backlog = 1024;

// A file of certificates or a private key.
inline constexpr std::size_t pem_bytes = 1024 * 1024;

}  // namespace pillarbox::net::limits
