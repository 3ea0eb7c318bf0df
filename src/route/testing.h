// What the tests of this folder share: a router made from a configuration's text, and users in memory.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/try.h"
#include "config/memory_host.h"
#include "config/parse.h"
#include "route/router.h"
#include "tables/keys.h"

namespace pillarbox::route::testing {

class MemoryUsers final : public Users {
 public:
  std::set<std::string> logins;  // of every table, as written
  bool is_available = true;

  std::expected<std::optional<std::string>, tables::Unavailable> find(std::string_view,
                                                                      std::string_view login) override {
    if (!is_available) return std::unexpected(tables::Unavailable{"users: Input/output error"});
    for (const std::string& known : logins) {
      if (tables::folded(known) == tables::folded(login)) return known;
    }
    return std::nullopt;
  }
};

struct House {
  explicit House(std::string text) {
    config::MemoryHost host;
    host.files["pillarbox.conf"] = std::move(text);
    parsed = config::parse("pillarbox.conf", host, setting_tables);
    if (parsed.ok()) build();
  }

  // Also for a configuration that was refused for being an open relay.
  void build() {
    tables = std::make_unique<tables::Tables>(parsed.configuration.tables, clock);
    router =
        std::make_unique<Router>(parsed.configuration, settings_of(parsed.configuration), *tables, users);
  }

  config::Parsed parsed;
  ManualClock clock{Time(std::chrono::milliseconds(1'700'000'000'000))};
  MemoryUsers users;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Router> router;
};

// "mailbox anna", "mailbox anna+lists", "relay out bob@example.net", or "refused: …"; several separated by ",
// ".
inline std::string text_of(const Decision& decision) {
  if (decision.refusal) {
    switch (*decision.refusal) {
      case Refusal::unknown_user: return "refused: unknown user";
      case Refusal::relay_denied: return "refused: relay denied";
      case Refusal::rejected: return "refused: rejected";
      case Refusal::by_alias:
        return fmt::format("refused: {} {}.{}.{} {}", decision.reply->code, decision.reply->code / 100,
                           decision.reply->subject, decision.reply->detail, decision.reply->text);
      case Refusal::temporary: return "refused: temporary";
    }
  }
  std::string text;
  for (const Destination& destination : decision.destinations) {
    if (!text.empty()) text += ", ";
    if (const auto* mailbox = std::get_if<MailboxDestination>(&destination.way)) {
      text += "mailbox " + mailbox->login + (mailbox->detail.empty() ? "" : "+" + mailbox->detail);
    } else {
      text += "relay " + destination.action() + " " + destination.address.to_string();
    }
  }
  return text;
}

inline mail::Address address(std::string_view text) {
  auto parsed = mail::parse_address(text);
  ASSERT(parsed.has_value());
  return *parsed;
}

inline EnvelopeContext stranger() {
  return {.peer = parse_ip("203.0.113.9"),
          .helo = "mx.elsewhere.example",
          .sender = address("bob@elsewhere.example")};
}
inline EnvelopeContext local() {
  EnvelopeContext envelope = stranger();
  envelope.peer = parse_ip("127.0.0.1");
  return envelope;
}
inline EnvelopeContext logged_in(std::string login) {
  EnvelopeContext envelope = stranger();
  envelope.login = std::move(login);
  return envelope;
}

}  // namespace pillarbox::route::testing
