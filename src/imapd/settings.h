// The settings of IMAP listeners: every limit that a peer can run into here.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/field.h"

namespace pillarbox::imapd {

struct Settings {
  std::chrono::seconds login_timeout{60};
  std::uint32_t login_line = 8 << 10;
  std::uint32_t login_literal = 8 << 10;
  unsigned login_bad_commands = 3;
  unsigned failed_logins = 3;
  unsigned sessions_per_user = 20;
  std::uint32_t line = 64 << 10;
  std::uint32_t literal = 100 << 10;
  std::uint32_t literals_together = 1 << 20;
  std::uint32_t literal_count = 1000;
  unsigned bad_commands = 20;
  std::uint64_t append_size = 50 << 20;
  std::chrono::seconds autologout{30 * 60};
  std::chrono::seconds idle_notice{2 * 60};
  std::chrono::seconds write_timeout{5 * 60};
};

inline constexpr config::Field fields[] = {
    config::field<&Settings::login_timeout>("login_timeout",
                                            "Longest time from connecting to having logged in."),
    config::size<&Settings::login_line>("login_line", "Longest command line before login.").at_least(1024),
    config::size<&Settings::login_literal>("login_literal", "Largest literal before login.").at_least(1024),
    config::field<&Settings::login_bad_commands>(
        "login_bad_commands", "Commands that make no sense before the connection is closed, before login."),
    config::field<&Settings::failed_logins>("failed_logins",
                                            "Failed logins before the connection is closed."),
    config::field<&Settings::sessions_per_user>("sessions_per_user",
                                                "Sessions that one user may have at a time."),
    config::size<&Settings::line>("line", "Longest command line after login, literals apart.").at_least(8192),
    config::size<&Settings::literal>("literal", "Largest literal of a command other than APPEND.")
        .at_least(1024),
    config::size<&Settings::literals_together>("literals_together", "All literals of a command together.")
        .at_least(1024),
    config::field<&Settings::literal_count>("literal_count", "Number of literals in a command."),
    config::field<&Settings::bad_commands>(
        "bad_commands",
        "Commands in a row that make no sense before the connection is closed, after "
        "login."),
    config::size<&Settings::append_size>("append_size", "Largest message that APPEND takes."),
    config::field<&Settings::autologout>(
        "autologout",
        "Silence after which a session is closed; at least 30 minutes by RFC 3501 "
        "§5.4."),
    config::field<&Settings::idle_notice>(
        "idle_notice",
        "How often a session in IDLE says that it is there, so that routers don't "
        "forget the connection."),
    config::field<&Settings::write_timeout>("write_timeout", "Longest time in which a client takes nothing."),
};
inline constexpr auto setting_table = config::table<Settings>("imap", fields);

}  // namespace pillarbox::imapd
