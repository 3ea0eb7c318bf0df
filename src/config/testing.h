// What the tests of this folder share: settings to parse with, and a short way from text to result.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/memory_host.h"
#include "config/parse.h"

namespace pillarbox::config::testing {

struct SmtpSettings {
  std::uint64_t max_message_size = 50 << 20;
  std::uint32_t max_recipients = 1'000;
  std::uint16_t max_mails = 100;
  std::chrono::seconds command_timeout{300};
  bool announce = true;
  std::string greeting = "hello";
};
inline constexpr Field smtp_fields[] = {
    size<&SmtpSettings::max_message_size>("max_message_size", "Largest message accepted."),
    field<&SmtpSettings::max_recipients>("max_recipients", "Most recipients.").also_as("limit max-rcpt"),
    field<&SmtpSettings::max_mails>("max_mails", "Most messages in one session.").also_as("limit max-mails"),
    field<&SmtpSettings::command_timeout>("command_timeout", "Longest wait for a command.")
        .at_most(3'600'000),
    field<&SmtpSettings::announce>("announce", "Whether to say so."),
    field<&SmtpSettings::greeting>("greeting", "What to say | to whom."),
};

struct QueueSettings {
  std::chrono::seconds ttl{std::chrono::days(5)};
};
inline constexpr Field queue_fields[] = {field<&QueueSettings::ttl>("ttl", "How long to try.")};

inline constexpr FieldTable smtp_table = table<SmtpSettings>("smtp", smtp_fields);
inline constexpr FieldTable queue_table = table<QueueSettings>("queue", queue_fields);
inline constexpr FieldTable setting_tables[] = {smtp_table, queue_table};

inline Parsed parse_text(std::string text, MemoryHost host = {}) {
  host.files["pillarbox.conf"] = std::move(text);
  return parse("pillarbox.conf", host, setting_tables);
}

}  // namespace pillarbox::config::testing
