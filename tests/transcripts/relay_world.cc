#include "transcripts/relay_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/field.h"
#include "support/text_body.h"

namespace pillarbox::transcript {
namespace {

using Fault = std::optional<std::string>;
using relay::TlsPolicy;

std::optional<TlsPolicy> policy(std::string_view word) {
  if (word == "never") return TlsPolicy::never;
  if (word == "opportunistic") return TlsPolicy::opportunistic;
  if (word == "required-unverified") return TlsPolicy::required_unverified;
  if (word == "required") return TlsPolicy::required;
  return std::nullopt;
}

}  // namespace

class RelayWorld::HostList final : public relay::HostFinder {
 public:
  relay::Hosts hosts =
      std::vector<relay::Host>{{.name = "mx.elsewhere.example", .address = *parse_ip("192.0.2.1")}};

  Task<relay::Hosts> find_hosts(std::string, std::string) override { co_return hosts; }
  Task<relay::Hosts> find_relay_host(std::string) override { co_return hosts; }
};

RelayWorld::RelayWorld()
    : clock_(Time(std::chrono::sys_days{std::chrono::year{2026} / 11 / 20})),
      hosts_(std::make_unique<HostList>()),
      server_(std::make_unique<net::MemoryServer>()),
      connector_(std::make_unique<MemoryConnector>(*server_)) {
  route_.action = "relay";
  route_.hostname = "mail.house.example";
  route_.tls_client = std::make_shared<net::TlsClient>();
  given_.action = "relay";
  given_.envelope.trace_id = "trace";
  given_.envelope.reverse_path = "carol@house.example";
  given_.envelope.accepted = clock_.now();
  body_ = "Subject: test\r\n\r\nHello\r\n";
}

RelayWorld::~RelayWorld() { server_.reset(); }

Fault RelayWorld::set(std::string_view name, const std::string& value) {
  if (name == "tls") {
    const auto found = policy(value);
    if (!found) return fmt::format("no such policy: {}", value);
    route_.tls = *found;
  } else if (name == "smarthost") {  // smtp, smtps or lmtp, and perhaps "login"
    const auto words = split(value, ' ');
    route_.host = relay::Smarthost{.host = "smart.example", .port = 2525};
    route_.host->protocol = words[0] == "lmtp" ? relay::Protocol::lmtp : relay::Protocol::smtp;
    route_.host->is_implicit_tls = words[0] == "smtps";
    if (words.size() > 1) route_.host->label = words[1];
    route_.credentials_of = [](const std::string& label) -> relay::Lookup<relay::Credentials> {
      if (label == "login") return relay::Credentials{.user = "tim", .password = "tanstaaftanstaaf"};
      return std::optional<relay::Credentials>();
    };
  } else if (name == "helo") {
    route_.helo = value;
  } else if (name == "mail-from") {
    route_.mail_from = value;
  } else {
    const auto field = std::ranges::find(relay::fields, name, &config::Field::name);
    if (field == std::end(relay::fields)) return fmt::format("no such setting: {}", name);
    if (auto done = field->set(*field, &settings_, value); !done) return done.error();
  }
  return std::nullopt;
}

// "bob@elsewhere.example NOTIFY=3 ORCPT=rfc822;robert@elsewhere.example".
Fault RelayWorld::add_recipient(std::string_view text) {
  const auto words = split(text, ' ');
  queue::Recipient recipient{.address = std::string(words[0])};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const std::string_view value = words[i].substr(equals + 1);
    if (words[i].starts_with("NOTIFY=")) {
      recipient.notify = static_cast<std::uint8_t>(parse_decimal(value).value_or(0));
    } else if (words[i].starts_with("ORCPT=")) {
      recipient.original = value;
    } else {
      return fmt::format("no such parameter: {}", words[i]);
    }
  }
  given_.recipients.push_back(std::move(recipient));
  return std::nullopt;
}

Fault RelayWorld::add_to_envelope(std::string_view text) {
  queue::Envelope& envelope = given_.envelope;
  for (const std::string_view word : split(text, ' ')) {
    if (word == "8bit") {
      envelope.body = queue::BodyKind::eight_bit_mime;
    } else if (word == "binary") {
      envelope.body = queue::BodyKind::binary_mime;
    } else if (word == "smtputf8") {
      envelope.is_smtputf8 = true;
    } else if (word == "requiretls") {
      envelope.requires_tls = true;
    } else if (word == "headers") {
      envelope.ret = queue::Return::headers;
    } else if (word.starts_with("envid=")) {
      envelope.envelope_id = word.substr(6);
    } else if (word.starts_with("priority=")) {
      envelope.priority = static_cast<int>(parse_decimal(word.substr(9)).value_or(0));
    } else {
      return fmt::format("no such thing in an envelope: {}", word);
    }
  }
  return std::nullopt;
}

Fault RelayWorld::configure(const Step& step) {
  if (step.word == "hosts") {  // "mx1.example=192.0.2.1 mx2.example=192.0.2.2"
    std::vector<relay::Host> hosts;
    for (const std::string_view word : split(step.text, ' ')) {
      const auto equals = word.find('=');
      const auto address = parse_ip(word.substr(equals + 1));
      if (!address) return fmt::format("no address: {}", word);
      hosts.push_back({.name = std::string(word.substr(0, equals)), .address = *address});
    }
    hosts_->hosts = std::move(hosts);
  } else if (step.word == "no-hosts") {
    using Kind = relay::MxError::Kind;
    const auto kind = step.text == "null-mx" ? Kind::null_mx
                      : step.text == "loop"  ? Kind::loop
                                             : Kind::lookup_failed;
    hosts_->hosts = std::unexpected(relay::MxError{.kind = kind, .text = step.text});
  } else if (step.word == "set") {
    const auto space = step.text.find(' ');
    return set(step.text.substr(0, space), space == std::string::npos ? "" : step.text.substr(space + 1));
  } else if (step.word == "from") {
    given_.envelope.reverse_path = step.text;
  } else if (step.word == "to") {
    return add_recipient(step.text);
  } else if (step.word == "body") {
    body_ = step.text;
  } else if (step.word == "damaged") {
    damage_ = parse_decimal(step.text);
  } else if (step.word == "envelope") {
    return add_to_envelope(step.text);
  } else {
    return fmt::format("no such word: {}", step.word);
  }
  return std::nullopt;
}

Task<void> RelayWorld::run(Attempt& attempt, queue::Attempt given, std::shared_ptr<store::BodyReader> body) {
  attempt.outcomes = co_await relay_->deliver(std::move(given), std::move(body));
}

void RelayWorld::deliver() {
  if (!relay_)
    relay_ = std::make_unique<relay::Relay>(std::vector{route_}, *hosts_, *connector_, clock_, settings_);
  auto attempt = std::make_unique<Attempt>();
  for (const auto& recipient : given_.recipients) attempt->recipients.push_back(recipient.address);
  given_.destination =
      relay_->destination("relay", given_.recipients.empty() ? "" : given_.recipients[0].address);
  auto body = std::make_shared<TextBody>(body_);
  if (damage_) body->damage(*damage_);
  server_->begin(run(*attempt, given_, std::move(body)));
  attempts.push_back(std::move(attempt));
  given_.recipients.clear();
}

}  // namespace pillarbox::transcript
