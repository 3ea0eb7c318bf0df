// Every limit of an SMTP session, as `smtp NAME VALUE` in the configuration.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/field.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtpd {

struct Settings {
  std::uint64_t max_message_size = 50 << 20;
  std::uint64_t max_header_size = 1 << 20;
  std::uint64_t max_header_field_size = 256 << 10;
  std::uint32_t max_header_fields = 2'000;
  std::uint32_t max_hops = 100;
  std::uint32_t max_recipients = 1'000;
  std::uint32_t max_destinations = 10'000;
  std::uint32_t max_messages = 100;
  std::uint64_t max_command_line = smtp::max_command_line;
  std::uint64_t max_auth_line = smtp::max_auth_line;
  std::uint32_t errors_until_slow = 5;
  std::uint32_t errors_until_drop = 15;
  std::uint32_t max_refused_recipients = 100;
  std::uint32_t max_junk_commands = 50;
  std::uint32_t max_junk_commands_under_stress = 1;
  std::uint32_t max_failed_logins = 3;
  std::chrono::milliseconds error_delay{1'000};
  std::chrono::seconds command_timeout{300};
  std::chrono::seconds command_timeout_under_stress{10};
  std::chrono::seconds idle_timeout{60};
  std::uint64_t min_data_rate = 500;
};

inline constexpr config::Field fields[] = {
    config::size<&Settings::max_message_size>("max_message_size",
                                              "Largest message accepted, announced with SIZE (RFC 1870)."),
    config::size<&Settings::max_header_size>("max_header_size",
                                             "Largest header block of a message accepted."),
    config::size<&Settings::max_header_field_size>("max_header_field_size",
                                                   "Largest single header field of a message accepted."),
    config::field<&Settings::max_header_fields>("max_header_fields",
                                                "Most header fields in a message accepted."),
    config::field<&Settings::max_hops>(
        "max_hops", "Most Received fields in a message; one with more runs in circles (RFC 5321 §6.3)."),
    config::field<&Settings::max_recipients>(
        "max_recipients",
        "Most recipients of one message; at least 100 (RFC 5321 §4.5.3.1.8), announced with LIMITS.")
        .at_least(100)
        .at_most(100'000)
        .also_as("limit max-rcpt"),
    config::field<&Settings::max_destinations>(
        "max_destinations",
        "Most mailboxes and relays that all recipients of one message together "
        "may become by aliases.")
        .at_most(1'000'000),
    config::field<&Settings::max_messages>("max_messages",
                                           "Most messages in one session, announced with LIMITS.")
        .also_as("limit max-mails"),
    config::size<&Settings::max_command_line>("max_command_line", "Longest command line.")
        .at_least(512)
        .at_most(65'536),
    config::size<&Settings::max_auth_line>("max_auth_line", "Longest line while logging in (RFC 4954 §4).")
        .at_least(512)
        .at_most(65'536),
    config::field<&Settings::errors_until_slow>(
        "errors_until_slow", "Errors in a session from which on each answer to one is delayed."),
    config::field<&Settings::errors_until_drop>("errors_until_drop", "Errors in a session that end it."),
    config::field<&Settings::max_refused_recipients>(
        "max_refused_recipients",
        "Refused recipients, without a message accepted in between, that end a session."),
    config::field<&Settings::max_junk_commands>(
        "max_junk_commands",
        "Commands that lead nowhere (NOOP, RSET, VRFY and the like) allowed between messages."),
    config::field<&Settings::max_junk_commands_under_stress>("max_junk_commands_under_stress",
                                                             "The same, while sessions are running out."),
    config::field<&Settings::max_failed_logins>("max_failed_logins", "Failed logins that end a session."),
    config::field<&Settings::error_delay>("error_delay",
                                          "How long an answer is delayed by errors-until-slow."),
    config::field<&Settings::command_timeout>(
        "command_timeout",
        "Longest wait for a command or for the next part of a message (RFC 5321 §4.5.3.2.7).")
        .at_most(86'400'000),
    config::field<&Settings::command_timeout_under_stress>("command_timeout_under_stress",
                                                           "The same, while sessions are running out."),
    config::field<&Settings::idle_timeout>(
        "idle_timeout", "Longest wait for a command before the first MAIL or AUTH of a session."),
    config::size<&Settings::min_data_rate>(
        "min_data_rate",
        "Bytes a second below which receiving a message is given up, after command-timeout of grace."),
};
inline constexpr auto setting_table = config::table<Settings>("smtp", fields);

}  // namespace pillarbox::smtpd
