// How a domain's hosts are chosen.
#pragma once

#include <cstdint>

#include "config/field.h"

namespace pillarbox::relay {

struct MxSettings {
  std::uint32_t max_hosts = 10;
  bool allow_loopback = false;
};

inline constexpr config::Field mx_fields[] = {
    config::field<&MxSettings::max_hosts>(
        "max_hosts", "Most addresses tried for a domain in one attempt, the best of all its MX hosts.")
        .at_most(100),
    config::field<&MxSettings::allow_loopback>(
        "allow_loopback",
        "Whether the DNS may send us to 127.0.0.1 and the like, never a stranger's addresses: for tests."),
};

inline constexpr auto mx_setting_table = config::table<MxSettings>("mta", mx_fields);

}  // namespace pillarbox::relay
