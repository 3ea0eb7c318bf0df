// Every limit of this folder. A configuration is its admin's, but may come half-written or from a broken
// disk.
#pragma once

#include <cstddef>

namespace pillarbox::config::limits {

inline constexpr std::size_t file_bytes = 4 << 20;  // one configuration file
inline constexpr std::size_t files = 256;           // with all that is included
inline constexpr std::size_t include_depth = 16;
inline constexpr std::size_t macro_depth = 16;            // macros that use macros
inline constexpr std::size_t macro_tokens = 100'000;      // all that macros expand to, in one configuration
inline constexpr std::size_t statement_tokens = 100'000;  // an inline table may be long
inline constexpr std::size_t filters = 100;               // in one chain, or of one listener
inline constexpr std::size_t statements = 10'000;
inline constexpr std::size_t diagnostics = 100;      // shown; the others are counted
inline constexpr std::size_t mistakes_kept = 1'000;  // then reading ends: this isn't a configuration
inline constexpr std::size_t shown_line = 160;       // bytes of a source line shown with a mistake
inline constexpr std::size_t proof_steps = 100'000;  // of the search for an open relay; beyond it is refused

}  // namespace pillarbox::config::limits
