// listen on WHAT [options].
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/listen_check.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

using Draft = ListenerDraft;

void set_protocol(Draft& draft, const Token& word, Protocol protocol, std::uint16_t port) {
  draft.protocol_word = word;
  draft.listener.protocol = protocol;
  draft.default_port = port;
}

void set_tls(Statement& statement, const Token& word, Draft& draft, TlsMode mode) {
  if (draft.tls_word) {
    statement.context()
        .mistake(word, fmt::format("both \"{}\" and \"{}\"", draft.tls_word->text, word.text), "one of them")
        .notes.push_back("tls offers STARTTLS, tls-require insists on it, smtps begins with TLS");
    return;
  }
  draft.tls_word = word;
  draft.listener.tls = mode;
  if (statement.peek().is_word("verify")) {
    statement.context().unsupported(statement.take(), "asking clients for a certificate (verify)");
  }
  // OpenSMTPD 5.3 named the certificate here, by the name of its file.
  if (statement.take_if("certificate")) {
    if (const auto name = statement.take_word("the certificate's name")) {
      draft.listener.pkis.push_back({name->position, name->text});
      statement.context().certificate_names.insert(name->position);
    }
  }
}

void set_auth(Statement& statement, const Token& word, Draft& draft, AuthMode mode);

void set_text(Statement& statement, std::string& member, std::string_view what) {
  if (const auto word = statement.take_word(what)) member = word->text;
}

void take_port(Statement& statement, Draft& draft) {
  const auto word = statement.take_word("a port");
  if (!word) return;
  draft.port_word = *word;
  draft.listener.port = 0;  // none that could be taken, if this isn't one
  const auto port = parse_port(word->text);
  if (port)
    draft.listener.port = *port;
  else
    statement.context().mistake(*word, fmt::format("{} isn't a port", spelled(*word)),
                                "a number from 1 to 65535");
}

void take_pki(Statement& statement, Draft& draft) {
  if (const auto name = statement.take_word("the name of a pki")) {
    draft.listener.pkis.push_back({name->position, name->text});
  }
}

void take_hostname(Statement& statement, Draft& draft) {
  const auto name = statement.take_word("a host name");
  if (!name) return;
  draft.listener.hostname = name->text;
  if (!is_host_name(name->text)) {
    statement.context().mistake(*name, fmt::format("{} isn't a host name", spelled(*name)),
                                "a name such as mail.example.org");
  }
}

void take_proxy(Statement& statement, const Token& word, Draft& draft) {
  draft.listener.proxy = ProxyPeers{.position = word.position};
  if (statement.peek().kind != Token::Kind::table) return;
  draft.listener.proxy->table = statement.take_table("peers");
}

constexpr Option<Draft> options[] = {
    {"smtp", [](Statement&, const Token& w, Draft& d) { set_protocol(d, w, Protocol::smtp, 25); }},
    {"submission",
     [](Statement&, const Token& w, Draft& d) { set_protocol(d, w, Protocol::submission, 587); }},
    {"submissions",
     [](Statement&, const Token& w, Draft& d) { set_protocol(d, w, Protocol::submissions, 465); }},
    {"imap", [](Statement&, const Token& w, Draft& d) { set_protocol(d, w, Protocol::imap, 143); }},
    {"imaps", [](Statement&, const Token& w, Draft& d) { set_protocol(d, w, Protocol::imaps, 993); }},
    {"port", [](Statement& s, const Token&, Draft& d) { take_port(s, d); }},
    {"inet4", [](Statement&, const Token&, Draft& d) { d.wants_ipv6 = false; }},
    {"inet6", [](Statement&, const Token&, Draft& d) { d.wants_ipv4 = false; }},
    {"tls", [](Statement& s, const Token& w, Draft& d) { set_tls(s, w, d, TlsMode::opportunistic); }},
    {"tls-require", [](Statement& s, const Token& w, Draft& d) { set_tls(s, w, d, TlsMode::required); }},
    {"smtps", [](Statement& s, const Token& w, Draft& d) { set_tls(s, w, d, TlsMode::implicit); }},
    {"no-tls", [](Statement& s, const Token& w, Draft& d) { set_tls(s, w, d, TlsMode::none); }},
    {"pki", [](Statement& s, const Token&, Draft& d) { take_pki(s, d); }},
    {"auth", [](Statement& s, const Token& w, Draft& d) { set_auth(s, w, d, AuthMode::required); }},
    {"auth-optional", [](Statement& s, const Token& w, Draft& d) { set_auth(s, w, d, AuthMode::optional); }},
    {"hostname", [](Statement& s, const Token&, Draft& d) { take_hostname(s, d); }},
    {"hostnames",
     [](Statement& s, const Token&, Draft& d) { d.listener.hostnames = s.take_table("host names"); }},
    {"tag", [](Statement& s, const Token&, Draft& d) { set_text(s, d.listener.tag, "a tag"); }},
    {"mask-src", [](Statement&, const Token&, Draft& d) { d.listener.mask_source = true; }},
    {"mask-source", [](Statement&, const Token&, Draft& d) { d.listener.mask_source = true; }},
    {"no-dsn", [](Statement&, const Token&, Draft& d) { d.listener.announces_dsn = false; }},
    {"received-auth", [](Statement&, const Token&, Draft& d) { d.listener.received_auth = true; }},
    {"senders", [](Statement& s, const Token&, Draft& d) { d.listener.senders = s.take_table("senders"); }},
    {"proxy", [](Statement& s, const Token& w, Draft& d) { take_proxy(s, w, d); }},
    {"proxy-v2", [](Statement& s, const Token& w, Draft& d) { take_proxy(s, w, d); }},
};

// Which take a word or table with them, and how they are refused.
struct Unsupported {
  enum class Kind : std::uint8_t { flag, with_operand, protocol };
  std::string_view word;
  Kind kind;
};
constexpr std::array<Unsupported, 12> unsupported = {{{"filter", Unsupported::Kind::with_operand},
                                                      {"ca", Unsupported::Kind::with_operand},
                                                      {"expire", Unsupported::Kind::with_operand},
                                                      {"limit", Unsupported::Kind::with_operand},
                                                      {"masquerade", Unsupported::Kind::flag},
                                                      {"secure", Unsupported::Kind::flag},
                                                      {"pop3", Unsupported::Kind::protocol},
                                                      {"pop3s", Unsupported::Kind::protocol},
                                                      {"sieve", Unsupported::Kind::protocol},
                                                      {"lmtp", Unsupported::Kind::protocol},
                                                      {"http", Unsupported::Kind::protocol},
                                                      {"https", Unsupported::Kind::protocol}}};

// Which options make sense on which door.
constexpr std::string_view imap_options[] = {"imap",     "imaps",       "port",   "inet4",   "inet6",
                                             "tls",      "tls-require", "no-tls", "pki",     "auth",
                                             "hostname", "tag",         "proxy",  "proxy-v2"};
constexpr std::string_view enqueuer_options[] = {"tag", "mask-src", "mask-source"};

void set_auth(Statement& statement, const Token& word, Draft& draft, AuthMode mode) {
  draft.auth_word = word;
  draft.listener.auth = mode;
  const Token& next = statement.peek();
  const bool is_option = next.kind == Token::Kind::word && !next.is_quoted &&
                         (find_option<Draft>(options, next.text) != nullptr ||
                          std::ranges::find(unsupported, next.text, &Unsupported::word) != unsupported.end());
  if (next.kind == Token::Kind::table || (next.kind == Token::Kind::word && !is_option)) {
    draft.users_token = next;
    draft.listener.users = statement.take_table("users");
  }
}

void read_options(Statement& statement, Draft& draft) {
  Context& context = statement.context();
  while (!statement.at_end()) {
    const Token word = statement.take();
    const auto* option = word.kind == Token::Kind::word ? find_option<Draft>(options, word.text) : nullptr;
    if (option != nullptr) {
      draft.seen.push_back(word);
      option->read(statement, word, draft);
      continue;
    }
    const auto refused = std::ranges::find(unsupported, word.text, &Unsupported::word);
    if (word.kind == Token::Kind::word && refused != unsupported.end()) {
      context.unsupported(word, fmt::format("\"{}\" in listen on", word.text));
      const auto next = statement.peek().kind;
      const bool has_operand = refused->kind == Unsupported::Kind::with_operand;
      if (has_operand && (next == Token::Kind::word || next == Token::Kind::table)) statement.take();
      if (refused->kind == Unsupported::Kind::protocol) draft.is_other_protocol = true;
      continue;
    }
    Words known = words_of<Draft>(options);
    std::ranges::sort(known);
    context.unknown(word, fmt::format("unknown option {} of listen on", spelled(word)), alternatives(known),
                    known);
    draft.has_unknown_option = true;
    // Whatever stands behind it belongs to it, not to the next option.
    while (!statement.at_end() && find_option<Draft>(options, statement.peek().text) == nullptr)
      statement.take();
  }
}

void check_options_fit(Statement& statement, const Draft& draft) {
  const bool imap = is_imap(draft.listener.protocol);
  if (!imap && !draft.listener.is_enqueuer) return;
  const std::span<const std::string_view> fitting =
      draft.listener.is_enqueuer ? std::span<const std::string_view>(enqueuer_options) : imap_options;
  for (const Token& word : draft.seen) {
    if (std::ranges::find(fitting, word.text) != fitting.end()) continue;
    const std::string_view where = imap ? "an IMAP listener" : "the local socket";
    statement.context().mistake(word, fmt::format("\"{}\" means nothing on {}", word.text, where));
  }
}

}  // namespace

void read_listen(Statement& statement) {
  Context& context = statement.context();
  const Token listen = statement.first();
  if (!statement.take_if("on")) {
    context.unknown(statement.peek(), fmt::format("{} behind listen", spelled(statement.peek())),
                    "on, as in: listen on all", {"on"});
    return statement.skip_rest();
  }
  const auto where = statement.take_word("an interface, an address, all or socket");
  if (!where) return statement.skip_rest();
  Draft draft;
  draft.listener.position = listen.position;
  draft.listener.on = {where->position, where->text};
  draft.where = *where;
  draft.listener.is_enqueuer = where->is_word("socket");
  if (where->text.starts_with('/')) draft.listener.socket_path = where->text;
  read_options(statement, draft);
  context.has_refused_rules |= draft.has_unknown_option;
  if (draft.is_other_protocol) return;
  check_options_fit(statement, draft);
  finish_listener(context, draft);
}

}  // namespace pillarbox::config
