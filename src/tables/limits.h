// Every limit of this folder. A table is its admin's, but may be half-written, or not be a table at all.
#pragma once

#include <chrono>
#include <cstddef>

namespace pillarbox::tables::limits {

inline constexpr std::size_t file_bytes = 1 << 30;
inline constexpr std::size_t line = 64 << 10;       // bytes of one line; a longer one is reported and ignored
inline constexpr std::size_t reported_errors = 20;  // of one version, in the log; the others are counted
inline constexpr std::size_t hash = 1'024;          // bytes of a stored password hash
inline constexpr std::size_t login = 320;           // bytes of a login name: a whole address fits
inline constexpr std::size_t expressions = 1'000;   // regular expressions of one table
inline constexpr std::chrono::seconds between_looks{1};  // at a file for a change

}  // namespace pillarbox::tables::limits
