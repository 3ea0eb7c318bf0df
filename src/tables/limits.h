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
inline constexpr std::size_t path = 4'095;          // bytes of a file's path
inline constexpr std::size_t command = 4'096;       // bytes of an alias' command
inline constexpr std::size_t error_text = 400;      // bytes of an alias' refusal
inline constexpr std::size_t forward_bytes = 64 << 10;    // a user's .forward
inline constexpr std::size_t database_bytes = 256 << 20;  // a Berkeley DB file
inline constexpr std::chrono::seconds between_looks{1};   // at a file for a change

}  // namespace pillarbox::tables::limits
