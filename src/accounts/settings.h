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
  std::chrono::seconds longest_wait{10};
  std::uint32_t most_waiting_per_address = 100;
  std::uint32_t most_waiting = 2'000;
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
    config::field<&Settings::longest_wait>(
        "longest_wait",
        "How long a log-in waits while as many others from its address are being checked as may still fail.")
        .at_most(60'000),
    config::field<&Settings::most_waiting_per_address>(
        "most_waiting_per_address",
        "Log-ins from one address (IPv6: /64) that wait so; what comes beyond is told to try later.")
        .at_most(100'000),
    config::field<&Settings::most_waiting>("most_waiting", "Log-ins from all addresses that wait so.")
        .at_most(1'000'000),
};

inline constexpr auto setting_table = config::table<Settings>("login", fields);

}  // namespace pillarbox::accounts
