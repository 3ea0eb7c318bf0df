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

  std::expected<std::optional<LocalUser>, tables::Unavailable> find(std::string_view,
                                                                    std::string_view login) override {
    if (!is_available) return std::unexpected(tables::Unavailable{"users: Input/output error"});
    for (const std::string& known : logins) {
      if (tables::folded(known) == tables::folded(login))
        return LocalUser{known, 5'000, 5'000, "/var/vmail/" + known, ""};
    }
    return std::nullopt;
  }
};

// A machine's users and their .forward files.
struct MemoryMachine {
  std::map<std::string, tables::SystemUser> users;
  std::map<std::string, std::string> forwards;  // by login
  std::set<std::string> unreadable;             // logins whose .forward can't be read now
  std::size_t questions = 0;

  void add(const std::string& login) { users[login] = {login, 1'000, 1'000, "/home/" + login}; }
};

class MemorySystemUsers final : public tables::SystemUsers {
 public:
  explicit MemorySystemUsers(MemoryMachine& machine) : machine_(machine) {}
  std::expected<std::optional<tables::SystemUser>, tables::Unavailable> find(
      const std::string& login) override {
    ++machine_.questions;
    const auto found = machine_.users.find(login);
    if (found == machine_.users.end()) return std::nullopt;
    return found->second;
  }

 private:
  MemoryMachine& machine_;
};

class MemoryForwards final : public Forwards {
 public:
  explicit MemoryForwards(MemoryMachine& machine) : machine_(machine) {}
  std::expected<tables::ForwardFile, tables::Unavailable> read(const LocalUser& user) override {
    ++machine_.questions;
    if (machine_.unreadable.contains(user.login))
      return std::unexpected(tables::Unavailable{user.home + ": Input/output error"});
    const auto found = machine_.forwards.find(user.login);
    if (found == machine_.forwards.end()) return tables::ForwardFile{};
    return tables::ForwardFile{found->second, ""};
  }

 private:
  MemoryMachine& machine_;
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
    auto outside = std::make_shared<Outside>(std::make_unique<MemorySystemUsers>(machine),
                                             std::make_unique<MemoryForwards>(machine), clock);
    router = std::make_unique<Router>(parsed.configuration, settings_of(parsed.configuration),
                                      Surroundings{*tables, users, clock, std::move(outside), background});
  }

  config::Parsed parsed;
  ManualClock clock{Time(std::chrono::milliseconds(1'700'000'000'000))};
  MemoryUsers users;
  MemoryMachine machine;
  Background* background = nullptr;
  std::unique_ptr<tables::Tables> tables;
  std::unique_ptr<Router> router;
};

// "mailbox anna", "mailbox anna+lists", "relay out bob@example.net", "deliver local anna", "file local /x of
// anna", "refused: …"; several separated by ", ".
inline std::string text_of(const Destination& destination) {
  const auto with_detail = [](const std::string& user, const std::string& detail) {
    return user + (detail.empty() ? "" : "+" + detail);
  };
  if (const auto* mailbox = std::get_if<MailboxDestination>(&destination.way))
    return "mailbox " + with_detail(mailbox->login, mailbox->detail);
  const auto* delivery = std::get_if<DeliveryDestination>(&destination.way);
  if (delivery == nullptr) {
    std::string text = "relay " + destination.action() + " " + destination.address.to_string();
    if (destination.sender) text += " from " + destination.sender->to_string();
    return text;
  }
  constexpr const char* means[] = {"deliver ", "command ", "file "};
  std::string text = means[static_cast<int>(delivery->means)] + delivery->action;
  if (delivery->means != DeliveryDestination::Means::action) text += " " + delivery->argument;
  if (delivery->means == DeliveryDestination::Means::action)
    text += delivery->user ? " " + with_detail(delivery->user->login, delivery->detail) : " nobody";
  else if (delivery->user)
    text += " of " + delivery->user->login;
  if (delivery->run_as) text += " as " + delivery->run_as->login;
  return text;
}

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
  for (const Destination& destination : decision.destinations)
    text += (text.empty() ? "" : ", ") + text_of(destination);
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
