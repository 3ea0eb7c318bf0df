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
  relay.tls = RelayAction::Tls::required;
  if (statement.take_if("no-verify"))
    relay.tls = RelayAction::Tls::required_unverified;
  else
    statement.take_if("verify");
}

void take_name(Statement& statement, std::string& member, std::string_view what) {
  if (const auto word = statement.take_word(what)) member = word->text;
}

void take_word(Statement& statement, std::optional<Word>& member, std::string_view what) {
  if (const auto word = statement.take_word(what)) member = as_word(*word);
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

// A sender's address, or "@example.org": everybody's name there.
void take_mail_from(Statement& statement, RelayAction& relay) {
  take_name(statement, relay.mail_from, "a sender's address");
}

constexpr Option<RelayAction> options[] = {
    {"auth", [](Statement& s, const Token&, RelayAction& r) { r.credentials = s.take_table("credentials"); }},
    {"backup", [](Statement& s, const Token&, RelayAction& r) { take_backup(s, r); }},
    {"ca", [](Statement& s, const Token&, RelayAction& r) { take_word(s, r.ca, "the name of a ca"); }},
    {"ciphers",
     [](Statement& s, const Token&, RelayAction& r) { take_word(s, r.ciphers, "a list of ciphers"); }},
    {"domain", [](Statement& s, const Token&, RelayAction& r) { r.domains = s.take_table("relays"); }},
    {"filter", [](Statement& s, const Token&, RelayAction& r) { take_word(s, r.filter, "a filter's name"); }},
    {"helo", [](Statement& s, const Token&, RelayAction& r) { take_helo(s, r); }},
    {"helo-src",
     [](Statement& s, const Token&, RelayAction& r) { r.helo_source = s.take_table("host names"); }},
    {"host", [](Statement& s, const Token&, RelayAction& r) { take_host(s, r); }},
    {"mail-from", [](Statement& s, const Token&, RelayAction& r) { take_mail_from(s, r); }},
    {"pki", [](Statement& s, const Token&, RelayAction& r) { take_pki(s, r); }},
    {"protocols",
     [](Statement& s, const Token&, RelayAction& r) { take_word(s, r.protocols, "TLS protocols"); }},
    {"src", [](Statement& s, const Token&, RelayAction& r) { take_source(s, r); }},
    {"srs", [](Statement&, const Token& w, RelayAction& r) { r.srs = as_word(w); }},
    {"tls", [](Statement& s, const Token&, RelayAction& r) { take_tls(s, r); }},
    {"ttl", [](Statement& s, const Token&, RelayAction& r) { r.ttl = take_time(s, "how long to try"); }},
};

// --- What OpenSMTPD 5 wrote otherwise ---

constexpr std::string_view five_words[] = {"as",        "certificate", "expire", "hostname",
                                           "hostnames", "pki",         "auth",   "source",
                                           "tls",       "verify",      "via",    "backup"};

// `backup [mx] NAME`.
void take_five_backup(Statement& statement, RelayAction& relay) {
  relay.backup = true;
  statement.take_if("mx");
  const Token& next = statement.peek();
  const bool is_name = next.kind == Token::Kind::word &&
                       (next.is_quoted || std::ranges::find(five_words, next.text) == std::end(five_words));
  if (is_name) relay.backup_mx = statement.take().text;
}

// Certificates of smarthosts were looked at only where `verify` was written.
void take_five_via(Statement& statement, RelayAction& relay) {
  take_host(statement, relay);
  const bool has_tls = relay.host && (relay.host->scheme == RelayUrl::Scheme::smtp_tls ||
                                      relay.host->scheme == RelayUrl::Scheme::smtps);
  if (has_tls && relay.tls == RelayAction::Tls::opportunistic)
    relay.tls = RelayAction::Tls::required_unverified;
}

void take_five_tls(Statement& statement, RelayAction& relay) {
  relay.tls =
      statement.take_if("verify") ? RelayAction::Tls::required : RelayAction::Tls::required_unverified;
}

void take_five_certificate(Statement& statement, RelayAction& relay) {
  take_pki(statement, relay);
  statement.context().certificate_names.insert(relay.pki_position);
}

constexpr Option<RelayAction> five_options[] = {
    {"as", [](Statement& s, const Token&, RelayAction& r) { take_mail_from(s, r); }},
    {"backup", [](Statement& s, const Token&, RelayAction& r) { take_five_backup(s, r); }},
    {"certificate", [](Statement& s, const Token&, RelayAction& r) { take_five_certificate(s, r); }},
    {"expire", [](Statement& s, const Token&, RelayAction& r) { r.ttl = take_time(s, "how long to try"); }},
    {"hostname", [](Statement& s, const Token&, RelayAction& r) { take_helo(s, r); }},
    {"hostnames",
     [](Statement& s, const Token&, RelayAction& r) { r.helo_source = s.take_table("host names"); }},
    {"source", [](Statement& s, const Token&, RelayAction& r) { take_source(s, r); }},
    {"tls", [](Statement& s, const Token&, RelayAction& r) { take_five_tls(s, r); }},
    {"verify", [](Statement&, const Token&, RelayAction& r) { r.tls = RelayAction::Tls::required; }},
    {"via", [](Statement& s, const Token&, RelayAction& r) { take_five_via(s, r); }},
};

const Option<RelayAction>* option_of(const Token& word, Grammar grammar) {
  if (word.kind != Token::Kind::word || word.is_quoted) return nullptr;
  if (grammar == Grammar::five) {
    if (const auto* option = find_option<RelayAction>(five_options, word.text)) return option;
  }
  return find_option<RelayAction>(options, word.text);
}

}  // namespace

void read_relay_options(Statement& statement, RelayAction& relay, Grammar grammar) {
  Context& context = statement.context();
  while (!statement.at_end()) {
    const Token word = statement.take();
    if (const auto* option = option_of(word, grammar)) {
      option->read(statement, word, relay);
      continue;
    }
    Words known = words_of<RelayAction>(options);
    if (grammar == Grammar::five) known = words_of<RelayAction>(five_options);
    context.unknown(word, fmt::format("unknown option {} of relay", spelled(word)), alternatives(known),
                    known);
    while (!statement.at_end() && option_of(statement.peek(), grammar) == nullptr) statement.take();
  }
}

void check_relay(Context& context, const Position& method, const RelayAction& relay) {
  if (relay.host && relay.domains) {
    context.mistake(method, "both host and domain say where this relay goes", "one of them");
  }
  if (relay.backup && (relay.host || relay.domains)) {
    context.mistake(method, "a backup finds its way by the domain's mail exchangers, not by a host",
                    "backup, or host or domain");
  }
  if (relay.credentials && !relay.host && !relay.domains) {
    context.mistake(method, "auth without a host to log in to", "host LABEL@NAME beside auth <table>");
  }
  if (relay.host && !relay.host->label.empty() && !relay.credentials) {
    context.mistake(method, fmt::format("the label {} is in no table", relay.host->label),
                    "auth <table> beside host");
  }
  if (relay.host && relay.host->scheme == RelayUrl::Scheme::smtp_notls &&
      relay.tls != RelayAction::Tls::opportunistic) {
    context.mistake(method, "smtp+notls and tls contradict each other", "one of them");
  }
  const bool is_encrypted = relay.tls != RelayAction::Tls::opportunistic ||
                            (relay.host && (relay.host->scheme == RelayUrl::Scheme::smtp_tls ||
                                            relay.host->scheme == RelayUrl::Scheme::smtps));
  if (relay.host && !relay.host->label.empty() && !is_encrypted) {
    context.mistake(method, "a password would be sent in clear", "smtp+tls:// or smtps:// in the host");
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
