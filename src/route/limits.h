// Every limit of this folder that isn't a setting.
#pragma once

#include <cstddef>

namespace pillarbox::route::limits {

inline constexpr std::size_t trail = 300;                 // bytes of the way shown; the rest is left out
inline constexpr std::size_t system_login = 256;          // bytes of a login that the system is asked for
inline constexpr std::size_t remembered_answers = 2'000;  // system users, .forward and included files
inline constexpr std::size_t forward_targets = 500;       // of one .forward
inline constexpr std::size_t reported_errors = 10;        // of one .forward or included file, in the log
inline constexpr std::size_t rounds = 64;                 // of asking outside for one recipient

}  // namespace pillarbox::route::limits
