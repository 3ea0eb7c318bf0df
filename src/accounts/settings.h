// Settings of log-ins.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/field.h"

namespace pillarbox::accounts {

struct Settings {
  std::uint32_t failures_per_minute = 10;
  std::uint32_t failures_per_day = 50;
  std::chrono::seconds remember_time{3600};
  std::uint32_t remembered_logins = 10'000;
  std::uint32_t waiting_checks = 64;
};

inline constexpr config::Field fields[] = {
    config::field<&Settings::failures_per_minute>(
        "failures_per_minute",
        "Failed log-ins from one address (IPv6: /64) after which it has to wait a minute."),
    config::field<&Settings::failures_per_day>(
        "failures_per_day", "Failed log-ins from one address (IPv6: /64) after which it has to wait a day."),
    config::field<&Settings::remember_time>(
        "remember_time",
        "How long a password that was right is recognised without a new hash; a change voids it at once.")
        .at_most(86'400'000),
    config::field<&Settings::remembered_logins>("remembered_logins", "Users whose log-in is remembered so.")
        .at_most(10'000'000),
    config::field<&Settings::waiting_checks>(
        "waiting_checks", "Password checks that wait for a core; what comes beyond is told to try later.")
        .at_most(100'000),
};

inline constexpr auto setting_table = config::table<Settings>("login", fields);

}  // namespace pillarbox::accounts
