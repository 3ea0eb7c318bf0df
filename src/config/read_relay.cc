// The options of relay, in `action … relay` and in OpenSMTPD 5's `accept … relay`.
#include <fmt/format.h>

#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

void take_backup(Statement& statement, RelayAction& relay) {
  relay.backup = true;
  if (statement.take_if("mx")) {
    if (const auto name = statement.take_word("the mail exchanger's name")) relay.backup_mx = name->text;
  }
}

void take_host(Statement& statement, RelayAction& relay) {
  const auto word = statement.take_word("[protocol://[label@]]host[:port]");
  if (!word) return;
  auto url = parse_relay_url(word->text);
  if (url) {
    relay.host = std::move(*url);
    return;
  }
  statement.context().mistake(
      *word, fmt::format("{} isn't a relay's address: {}", spelled(*word), url.error()),
      "[protocol://[label@]]host[:port] with smtp, smtp+tls, smtp+notls, smtps or lmtp");
}

void take_tls(Statement& statement, RelayAction& relay) {
  relay.tls =
      statement.take_if("no-verify") ? RelayAction::Tls::required_unverified : RelayAction::Tls::required;
}

void take_name(Statement& statement, std::string& member, std::string_view what) {
  if (const auto word = statement.take_word(what)) member = word->text;
}

void take_helo(Statement& statement, RelayAction& relay) {
  const auto word = statement.take_word("a host name");
  if (!word) return;
  relay.helo = word->text;
  if (!is_host_name(word->text)) {
    statement.context().mistake(*word, fmt::format("{} isn't a host name", spelled(*word)),
                                "a name such as mail.example.org");
  }
}

void take_pki(Statement& statement, RelayAction& relay) {
  const auto word = statement.take_word("the name of a pki");
  if (!word) return;
  relay.pki = word->text;
  relay.pki_position = word->position;
}

void take_source(Statement& statement, RelayAction& relay) {
  relay.source = statement.take_operand("an address to connect from");
  if (!relay.source) return;
  for (const std::string& value : relay.source->values) {
    if (parse_ip(value)) continue;
    statement.context().mistake(relay.source->position, fmt::format("\"{}\" isn't an address", value),
                                "an IPv4 or IPv6 address");
  }
}

constexpr Option<RelayAction> options[] = {
    {"backup", [](Statement& s, const Token&, RelayAction& r) { take_backup(s, r); }},
    {"helo", [](Statement& s, const Token&, RelayAction& r) { take_helo(s, r); }},
    {"helo-src",
     [](Statement& s, const Token&, RelayAction& r) { r.helo_source = s.take_table("host names"); }},
    {"domain", [](Statement& s, const Token&, RelayAction& r) { r.domains = s.take_table("relays"); }},
    {"host", [](Statement& s, const Token&, RelayAction& r) { take_host(s, r); }},
    {"pki", [](Statement& s, const Token&, RelayAction& r) { take_pki(s, r); }},
    {"tls", [](Statement& s, const Token&, RelayAction& r) { take_tls(s, r); }},
    {"auth", [](Statement& s, const Token&, RelayAction& r) { r.credentials = s.take_table("credentials"); }},
    {"mail-from",
     [](Statement& s, const Token&, RelayAction& r) { take_name(s, r.mail_from, "a sender's address"); }},
    {"src", [](Statement& s, const Token&, RelayAction& r) { take_source(s, r); }},
    {"ttl", [](Statement& s, const Token&, RelayAction& r) { r.ttl = take_time(s, "how long to try"); }},
};

}  // namespace

void read_relay_options(Statement& statement, RelayAction& relay) {
  Context& context = statement.context();
  while (!statement.at_end()) {
    const Token word = statement.take();
    const auto* option =
        word.kind == Token::Kind::word ? find_option<RelayAction>(options, word.text) : nullptr;
    if (option != nullptr) {
      option->read(statement, word, relay);
      continue;
    }
    if (word.is_word("srs")) {
      context.unsupported(word, "relay … srs");
      continue;
    }
    Words known = words_of<RelayAction>(options);
    std::ranges::sort(known);
    context.unknown(word, fmt::format("unknown option {} of relay", spelled(word)), alternatives(known),
                    known);
    while (!statement.at_end() && find_option<RelayAction>(options, statement.peek().text) == nullptr)
      statement.take();
  }
}

std::optional<std::chrono::seconds> take_time(Statement& statement, std::string_view what) {
  const auto word = statement.take_word(what);
  if (!word) return std::nullopt;
  const auto milliseconds = parse_quantity(Unit::time, word->text);
  if (!milliseconds || *milliseconds < 1'000 || *milliseconds / 1'000 > 10ull * 366 * 86'400) {
    statement.context().mistake(*word, fmt::format("{} isn't a time", spelled(*word)),
                                "a time such as 30s, 5m, 4h or 5d");
    return std::nullopt;
  }
  return std::chrono::seconds(*milliseconds / 1'000);
}

}  // namespace pillarbox::config
