// Bounds on what somebody who logs in may send.
#pragma once

#include <cstddef>

namespace pillarbox::accounts::limits {

inline constexpr std::size_t password_bytes = 1024;
inline constexpr std::size_t login_bytes = 320;  // a whole mail address: RFC 5321 §4.5.3.1

}  // namespace pillarbox::accounts::limits
