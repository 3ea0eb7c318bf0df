// How many sessions a server may have, of all protocols together.
#pragma once

#include <cstddef>
#include <cstdint>

#include "config/field.h"

namespace pillarbox::net {

struct Settings {
  std::uint32_t max_per_address = 50;
  std::uint32_t descriptor_percent = 80;

  // Of `descriptors` that the process may have open, those for sessions.
  std::size_t sessions(std::size_t descriptors) const { return descriptors * descriptor_percent / 100; }
};

inline constexpr config::Field fields[] = {
    config::field<&Settings::max_per_address>(
        "max_per_address", "Most sessions at a time from one IPv4 address or one IPv6 /64 network."),
    config::field<&Settings::descriptor_percent>(
        "descriptor_percent", "Share of the process's file descriptors that sessions may take.")
        .at_least(1)
        .at_most(95),
};

inline constexpr auto setting_table = config::table<Settings>("session", fields);

}  // namespace pillarbox::net
