// Bounds of this folder that no server passes and no configuration changes.
#pragma once

#include <chrono>
#include <cstddef>

namespace pillarbox::relay::limits {

inline constexpr std::size_t read_bytes = 16 << 10;
// A message is sent in pieces of this size; one that isn't larger may go together with its envelope.
inline constexpr std::size_t piece = 64 << 10;
// What a connection keeps of its output buffer while it is idle.
inline constexpr std::size_t kept_output = 4 << 10;
// A message that is encoded anew for a server without 8BITMIME or BINARYMIME is in memory meanwhile.
inline constexpr std::size_t most_converted = 32 << 20;
// Of a diagnostic, as queue::Outcome has it.
inline constexpr std::size_t diagnostic = 1'024;
// More isn't looked at for where a header ends: reception doesn't take larger ones.
inline constexpr std::size_t header = 1 << 20;
// A server that asks for more work at each login isn't trusted with our time (RFC 7677 §4 asks for 4,096).
inline constexpr unsigned most_iterations = 200'000;
inline constexpr unsigned least_iterations = 4'096;
// Rounds of a SASL exchange; no mechanism of ours has more than three.
inline constexpr unsigned sasl_rounds = 5;

// For goodbyes, and words said while we were still sending: nothing depends on them.
inline constexpr std::chrono::milliseconds farewell{5'000};
// What each further reply of a group of pipelined commands adds to the time that the group may take.
inline constexpr std::chrono::milliseconds each_more{10'000};

}  // namespace pillarbox::relay::limits
