// The short statements: pki, ca, domain, hostname, resolver.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

std::optional<Word> take_path(Statement& statement, std::string_view what) {
  const auto token = statement.take_word(what);
  if (!token) return std::nullopt;
  return Word{token->position, token->text};
}

// Certificates and keys may be named relative to the configuration, as tables are.
void set_file(Statement& statement, const Token& option, Word& member, std::string_view what) {
  auto path = take_path(statement, what);
  if (!path) return statement.skip_rest();
  if (!member.text.empty()) {
    statement.context()
        .mistake(option, fmt::format("a second {} for this name", option.text))
        .notes.push_back("the first is at " + statement.context().place(member.position));
    return;
  }
  const std::string& from = statement.context().configuration.sources.name(statement.first().position.file);
  if (!path->text.starts_with('/')) path->text.insert(0, from, 0, from.rfind('/') + 1);
  member = std::move(*path);
}

void warn_of_dhe(Context& context, const Token& at) {
  Diagnostic& found = context.mistake(at, "keys are agreed on over elliptic curves only");
  found.kind = Diagnostic::Kind::warning;
  found.notes.emplace_back("every client that knows TLS 1.2 can do that; this changes nothing");
}

void take_dhe(Statement& statement) {
  const auto value = statement.take_word("none, auto or legacy");
  if (!value || value->text == "none") return;
  if (value->text == "auto" || value->text == "legacy") return warn_of_dhe(statement.context(), *value);
  statement.context().unknown(*value, fmt::format("{} behind dhe", spelled(*value)), "none, auto or legacy",
                              {"none", "auto", "legacy"});
}

constexpr std::string_view pki_options[] = {"cert", "key", "dhe"};

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (const std::string_view label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    const bool is_valid = std::ranges::all_of(label, [](char c) {
      return is_ascii_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    });
    if (!is_valid) return false;
  }
  return true;
}

void read_pki(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the name of the certificate's host");
  if (!name) return statement.skip_rest();
  auto& pkis = context.configuration.pkis;
  auto pki = std::ranges::find(pkis, name->text, &Pki::name);
  if (pki == pkis.end()) pki = pkis.insert(pkis.end(), Pki{.position = name->position, .name = name->text});
  if (statement.at_end()) context.mistake(statement.peek(), "this pki says nothing", "cert PATH or key PATH");
  while (!statement.at_end()) {
    const Token option = statement.take();
    if (option.is_word("cert")) {
      set_file(statement, option, pki->certificate, "the certificate's file");
    } else if (option.is_word("key")) {
      set_file(statement, option, pki->key, "the key's file");
    } else if (option.is_word("dhe")) {
      take_dhe(statement);
    } else if (option.is_word("certificate")) {  // OpenSMTPD 5's names, here and below
      set_file(statement, option, pki->certificate, "the certificate's file");
    } else if (option.is_word("dhparams")) {
      const auto path = statement.take_word("the parameters' file");
      if (path) warn_of_dhe(context, option);
    } else if (option.is_word("ca")) {
      Ca ca{.position = option.position, .name = name->text, .certificate = {}};
      set_file(statement, option, ca.certificate, "the authority's file");
      if (!ca.certificate.text.empty()) context.configuration.cas.push_back(std::move(ca));
    } else {
      context.unknown(option, fmt::format("unknown option {} of pki", spelled(option)),
                      "cert PATH or key PATH", Words(std::begin(pki_options), std::end(pki_options)));
    }
  }
}

void read_ca(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the authority's name");
  if (!name) return statement.skip_rest();
  Ca ca{.position = name->position, .name = name->text};
  if (!statement.take_if("cert")) {
    context.unexpected(statement.peek(), "cert PATH");
    return statement.skip_rest();
  }
  set_file(statement, statement.first(), ca.certificate, "the certificate's file");
  statement.expect_end();
  context.configuration.cas.push_back(std::move(ca));
}

void read_domain(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("a domain");
  if (!name) return statement.skip_rest();
  statement.expect_end();
  if (!is_host_name(name->text)) {
    context.mistake(*name, fmt::format("{} isn't a domain name", spelled(*name)),
                    "a domain such as example.org");
    return;
  }
  std::string lower = to_ascii_lower(name->text);
  const auto& domains = context.configuration.domains;
  const auto first = std::ranges::find(domains, lower, &Domain::name);
  if (first != domains.end()) {
    context.mistake(*name, fmt::format("domain {} a second time", lower))
        .notes.push_back("the first is at " + context.place(first->position));
    return;
  }
  context.configuration.domains.push_back({name->position, std::move(lower)});
}

void read_hostname(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the server's name");
  if (!name) return statement.skip_rest();
  statement.expect_end();
  if (!is_host_name(name->text)) {
    context.mistake(*name, fmt::format("{} isn't a host name", spelled(*name)),
                    "a name such as mail.example.org");
  } else if (!context.configuration.hostname.empty()) {
    context.mistake(*name, "the server's name a second time");
  } else {
    context.configuration.hostname = to_ascii_lower(name->text);
  }
}

void read_resolver(Statement& statement) {
  Context& context = statement.context();
  do {
    const auto word = statement.take_word("a name server's address");
    if (!word) return statement.skip_rest();
    std::string_view address = word->text;
    std::optional<std::uint64_t> port = 53;
    if (address.starts_with('[') && address.contains(']')) {
      const auto bracket = address.find(']');
      const std::string_view rest = address.substr(bracket + 1);
      if (!rest.empty()) port = rest.starts_with(':') ? parse_decimal(rest.substr(1)) : std::nullopt;
      address = address.substr(1, bracket - 1);
    } else if (std::ranges::count(address, ':') == 1) {
      port = parse_decimal(address.substr(address.find(':') + 1));
      address = address.substr(0, address.find(':'));
    }
    const auto ip = parse_ip(address);
    if (!ip || !port || *port == 0 || *port > 65'535) {
      context.mistake(*word, fmt::format("{} isn't an address", spelled(*word)),
                      "\"192.0.2.1\", \"192.0.2.1:5353\" or \"[2001:db8::1]:53\"");
      continue;
    }
    context.configuration.resolvers.push_back({word->position, *ip, static_cast<std::uint16_t>(*port)});
  } while (statement.take_if(Token::Kind::comma) || !statement.at_end());
}

}  // namespace pillarbox::config
