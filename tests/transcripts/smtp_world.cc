#include "transcripts/smtp_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/field.h"
#include "net/session_limits.h"
#include "net/tls.h"

namespace pillarbox::transcript {
namespace {

constexpr std::string_view domain = "house.example";
bool is_user(std::string_view name) { return name == "carol" || name == "anna"; }

}  // namespace

class SmtpWorld::Accounts final : public accounts::Accounts {
 public:
  Task<std::expected<accounts::User, accounts::LoginError>> log_in(std::string, accounts::PasswordLogin login,
                                                                   net::Endpoint) override {
    using enum accounts::LoginError;
    if (login.authentication == "broken") co_return std::unexpected(unavailable);
    if (login.authentication == "busy") co_return std::unexpected(too_many);
    const bool is_himself = login.authorization.empty() || login.authorization == login.authentication;
    if (is_himself && is_user(login.authentication) && login.password == "secret-" + login.authentication) {
      co_return accounts::User{.login = login.authentication};
    }
    co_return std::unexpected(refused);
  }
  std::optional<accounts::User> find(std::string_view, std::string_view login) override {
    if (!is_user(login)) return std::nullopt;
    return accounts::User{.login = std::string(login)};
  }
};

class SmtpWorld::Routing final : public smtpd::Routing {
 public:
  Task<route::Decision> resolve(route::EnvelopeContext envelope, mail::Address recipient) const override {
    co_return decide(envelope, recipient);
  }

 private:
  static route::Decision refused(route::Refusal why) { return {.refusal = why, .reason = "transcript"}; }
  static route::Decision to(std::vector<std::string> logins) {
    route::Decision decision{.reason = "transcript"};
    for (auto& login : logins)
      decision.destinations.push_back({.way = route::MailboxDestination{.login = std::move(login)}});
    return decision;
  }

  static route::Decision decide(const route::EnvelopeContext& envelope, const mail::Address& recipient) {
    if (recipient.domain == "catchall.example") return to({"carol"});
    if (recipient.domain == domain || recipient.domain.empty()) {
      const std::string name = to_ascii_lower(mail::split_detail(recipient.local_part).user);
      if (is_user(name)) return to({name});
      if (name == "postmaster") return to({"anna"});
      if (name == "team") return to({"carol", "anna"});
      if (name == "rejected") return refused(route::Refusal::rejected);
      if (name == "broken") return refused(route::Refusal::temporary);
      if (name == "gr\xc3\xbc\xc3\x9f") return to({"carol"});
      if (name == "big") {
        std::vector<std::string> many;
        for (int i = 0; i < 1'000; ++i) many.push_back(fmt::format("user{}", i));
        return to(std::move(many));
      }
      return refused(route::Refusal::unknown_user);
    }
    if (envelope.login.empty()) return refused(route::Refusal::relay_denied);
    route::Decision decision{.reason = "transcript"};
    const int copies = recipient.local_part == "everybody" ? 2'500 : 1;
    for (int i = 0; i < copies; ++i) {
      mail::Address address = recipient;
      if (copies > 1) address.local_part += std::to_string(i);
      decision.destinations.push_back(
          {.way = route::RelayDestination{.action = "relay"}, .address = std::move(address)});
    }
    return decision;
  }
};

struct SmtpWorld::Parts {
  Accounts accounts;
  Routing routing;
  net::SessionLimits sessions{100, 100};
  std::vector<net::SessionTicket> others;
  net::TlsServer tls_server;
  smtpd::TraceIds trace_ids{0};
};

SmtpWorld::SmtpWorld() : parts_(std::make_unique<Parts>()) {
  listener_.hostname = "mx.house.example";
  listener_.users_table = "users";
}

SmtpWorld::~SmtpWorld() = default;

Fault SmtpWorld::configure(std::string_view name) {
  using config::AuthMode;
  using config::TlsMode;
  struct Row {
    std::string_view name;
    smtpd::Listener::Flavour flavour;
    TlsMode tls;
    AuthMode auth;
  };
  using enum smtpd::Listener::Flavour;
  constexpr Row rows[] = {
      {"one-domain", mx, TlsMode::opportunistic, AuthMode::none},
      {"optional-auth", mx, TlsMode::opportunistic, AuthMode::optional},
      {"tls-required", mx, TlsMode::required, AuthMode::none},
      {"without-tls", mx, TlsMode::none, AuthMode::none},
      {"submission", submission, TlsMode::opportunistic, AuthMode::required},
      {"submissions", submission, TlsMode::implicit, AuthMode::required},
      {"plaintext", submission, TlsMode::none, AuthMode::required},
  };
  const auto row = std::ranges::find(rows, name, &Row::name);
  if (row == std::end(rows)) return fmt::format("no such config: {}", name);
  listener_.flavour = row->flavour;
  listener_.tls = row->tls;
  listener_.auth = row->auth;
  listener_.allows_plaintext_auth = name == "plaintext";
  if (row->tls != TlsMode::none) listener_.tls_server = &parts_->tls_server;
  return std::nullopt;
}

Fault SmtpWorld::set(std::string_view name, const std::string& value) {
  if (name == "mask-source") {
    listener_.mask_source = true;
  } else if (name == "received-auth") {
    listener_.received_auth = true;
  } else if (name == "under-stress") {
    while (!parts_->sessions.is_under_stress()) {
      parts_->others.push_back(parts_->sessions.admit(net::MemoryServer::default_peer()).ticket);
    }
  } else if (name == "proxy") {
    listener_.is_proxy = [value](const IpAddress& peer) { return peer.text() == value; };
  } else if (name == "senders") {
    // Each user as himself, with or without a detail.
    listener_.check_sender = [](const std::string& login, const mail::Address& sender) {
      if (sender.local_part == "unavailable") return smtpd::Listener::SenderCheck::unavailable;
      const bool is_own = sender.domain == domain && mail::split_detail(sender.local_part).user == login;
      return is_own ? smtpd::Listener::SenderCheck::allowed : smtpd::Listener::SenderCheck::not_allowed;
    };
  } else {
    const auto field = std::ranges::find(smtpd::fields, name, &config::Field::name);
    if (field == std::end(smtpd::fields)) return fmt::format("no such setting: {}", name);
    if (auto done = field->set(*field, &settings_, value); !done) return done.error();
  }
  return std::nullopt;
}

Fault SmtpWorld::command(const Step& step) {
  if (step.word == "config") return configure(step.text);
  if (step.word == "set") {
    const auto space = step.text.find(' ');
    return set(step.text.substr(0, space), space == std::string::npos ? "" : step.text.substr(space + 1));
  }
  return World::command(step);
}

net::MemoryServer::Session SmtpWorld::session() {
  auto door =
      std::make_shared<const smtpd::Door>(listener_, settings_,
                                          smtpd::Services{store(), parts_->accounts, parts_->routing,
                                                          parts_->sessions, parts_->trace_ids, clock()});
  return [door](std::unique_ptr<net::Stream> stream) { return smtpd::serve(std::move(stream), door); };
}

std::size_t SmtpWorld::acknowledged(std::string_view output) const {
  std::size_t count = 0;
  for (const std::string_view line : split(output, '\n')) count += line.starts_with("250 2.0.0 Accepted as ");
  return count;
}

}  // namespace pillarbox::transcript
