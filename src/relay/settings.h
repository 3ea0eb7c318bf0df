// Every limit of sending, as `mta NAME VALUE` in the configuration.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/field.h"

namespace pillarbox::relay {

// The times are those of RFC 5321 §4.5.3.2, whose minimum they are by default.
struct Settings {
  std::chrono::seconds connect_timeout{30};
  std::chrono::seconds greeting_timeout{300};
  std::chrono::seconds command_timeout{300};
  std::chrono::seconds data_timeout{120};
  std::chrono::seconds block_timeout{180};
  std::chrono::seconds end_timeout{600};
  std::chrono::seconds idle_timeout{10};
  std::uint32_t max_messages = 100;
  std::uint32_t max_recipients = 100;
  std::uint32_t max_idle_connections = 200;
  std::uint32_t max_connections_tried = 10;
  bool chunking = true;
};

inline constexpr config::Field fields[] = {
    config::field<&Settings::connect_timeout>("connect_timeout", "Longest wait for a connection to a host.")
        .at_most(3'600'000),
    config::field<&Settings::greeting_timeout>("greeting_timeout",
                                               "Longest wait for a server's greeting (RFC 5321 §4.5.3.2.1).")
        .at_most(3'600'000),
    config::field<&Settings::command_timeout>(
        "command_timeout",
        "Longest wait for the reply to EHLO, STARTTLS, AUTH, MAIL or RCPT (RFC 5321 §4.5.3.2.2).")
        .at_most(3'600'000),
    config::field<&Settings::data_timeout>("data_timeout",
                                           "Longest wait for the reply to DATA (RFC 5321 §4.5.3.2.4).")
        .at_most(3'600'000),
    config::field<&Settings::block_timeout>(
        "block_timeout",
        "Longest wait for a server to take the next part of a message (RFC 5321 §4.5.3.2.5).")
        .at_most(3'600'000),
    config::field<&Settings::end_timeout>(
        "end_timeout", "Longest wait for the reply to the end of a message (RFC 5321 §4.5.3.2.6).")
        .at_most(3'600'000),
    config::field<&Settings::idle_timeout>(
        "idle_timeout", "How long a connection is kept after a message, for others that go the same way.")
        .at_most(300'000),
    config::field<&Settings::max_messages>("max_messages", "Most messages over one connection.")
        .at_most(100'000),
    config::field<&Settings::max_recipients>(
        "max_recipients",
        "Most recipients of a message sent at once; a server has to take 100 (RFC 5321 §4.5.3.1.8).")
        .at_most(10'000),
    config::field<&Settings::max_idle_connections>("max_idle_connections",
                                                   "Most connections kept idle in all.")
        .at_most(10'000),
    config::field<&Settings::max_connections_tried>(
        "max_connections_tried", "Most connections that one attempt makes, to all hosts of a domain.")
        .at_most(100),
    config::field<&Settings::chunking>(
        "chunking", "Whether short messages go as BDAT (RFC 3030) where it is offered: one round trip less."),
};
inline constexpr auto setting_table = config::table<Settings>("mta", fields);

}  // namespace pillarbox::relay
