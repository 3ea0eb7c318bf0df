// listen on WHAT [options].
#include <fmt/format.h>

#include <algorithm>

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
    const Token verify = statement.take();
    draft.listener.verify = as_word(verify);
    if (mode == TlsMode::none || mode == TlsMode::opportunistic) {
      statement.context()
          .mistake(verify, fmt::format("verify means nothing with {}", word.text), "tls-require or smtps")
          .notes.emplace_back("who comes without TLS shows no certificate");
    }
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

void set_word(Statement& statement, std::optional<Word>& member, std::string_view what) {
  if (const auto word = statement.take_word(what)) member = as_word(*word);
}

void take_senders(Statement& statement, Draft& draft) {
  draft.listener.senders = statement.take_table("senders");
  if (statement.peek().is_word("masquerade")) draft.listener.masquerade = as_word(statement.take());
}

void take_filters(Statement& statement, const Token& word, Draft& draft) {
  auto names = statement.take_words("a filter's name");
  if (!names) return statement.skip_rest();
  if (!draft.listener.filters.empty()) {
    statement.context().mistake(word, "filter a second time", "filter { A, B }, or a filter of kind chain");
    return;
  }
  if (names->size() > limits::filters) {
    statement.context().mistake(word, "too many filters", fmt::format("at most {}", limits::filters));
    return;
  }
  draft.listener.filters = *std::move(names);
}

// OpenSMTPD 5's: STARTTLS on port 25, and TLS from the first byte on 465.
void take_secure(Statement& statement, const Token& word, Draft& draft) {
  draft.secure_word = word;
  set_tls(statement, word, draft, TlsMode::opportunistic);
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
    {"senders", [](Statement& s, const Token&, Draft& d) { take_senders(s, d); }},
    {"filter", [](Statement& s, const Token& w, Draft& d) { take_filters(s, w, d); }},
    {"ca", [](Statement& s, const Token&, Draft& d) { set_word(s, d.listener.ca, "the name of a ca"); }},
    {"protocols",
     [](Statement& s, const Token&, Draft& d) { set_word(s, d.listener.protocols, "TLS protocols"); }},
    {"ciphers",
     [](Statement& s, const Token&, Draft& d) { set_word(s, d.listener.ciphers, "a list of ciphers"); }},
    {"secure", [](Statement& s, const Token& w, Draft& d) { take_secure(s, w, d); }},
    {"proxy", [](Statement& s, const Token& w, Draft& d) { take_proxy(s, w, d); }},
    {"proxy-v2", [](Statement& s, const Token& w, Draft& d) { take_proxy(s, w, d); }},
};

// Protocols that aren't served yet.
constexpr std::string_view other_protocols[] = {"pop3", "pop3s", "sieve", "lmtp", "http", "https"};

bool is_other_protocol(const Token& word) {
  return word.kind == Token::Kind::word && !word.is_quoted &&
         std::ranges::find(other_protocols, word.text) != std::end(other_protocols);
}

// What is read, but not recommended.
constexpr std::string_view five_options[] = {"secure"};

// Which options make sense on which door.
constexpr std::string_view imap_options[] = {
    "imap", "imaps",    "port", "inet4", "inet6",    "tls",       "tls-require", "no-tls", "pki",
    "auth", "hostname", "tag",  "proxy", "proxy-v2", "protocols", "ciphers",     "ca"};
constexpr std::string_view enqueuer_options[] = {"filter", "tag", "mask-src", "mask-source"};

void set_auth(Statement& statement, const Token& word, Draft& draft, AuthMode mode) {
  draft.auth_word = word;
  draft.listener.auth = mode;
  draft.listener.auth_position = word.position;
  const Token next = statement.peek();
  const bool is_option = next.kind == Token::Kind::word && !next.is_quoted &&
                         (find_option<Draft>(options, next.text) != nullptr || is_other_protocol(next));
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
    if (is_other_protocol(word)) {
      context.unsupported(word, fmt::format("\"{}\" in listen on", word.text));
      draft.is_other_protocol = true;
      continue;
    }
    Words known = words_of<Draft>(options);
    std::erase_if(known,
                  [](auto one) { return std::ranges::find(five_options, one) != std::end(five_options); });
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
