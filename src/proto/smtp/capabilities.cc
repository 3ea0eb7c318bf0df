#include "proto/smtp/capabilities.h"

#include <algorithm>

#include "base/text.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

using Words = std::vector<std::string_view>;

struct Keyword {
  std::string_view name;
  void (*read)(const Words& parameters, Capabilities&);
};

// RFC 1870 §4: without a number, or with 0, there is no fixed limit.
void read_size(const Words& parameters, Capabilities& offered) {
  offered.has_size = true;
  if (parameters.empty()) return;
  const auto size = parse_decimal(parameters[0]);
  if (size && *size > 0) offered.size = size;
}

void read_auth(const Words& parameters, Capabilities& offered) {
  for (const std::string_view word : parameters) {
    if (offered.mechanisms.size() == max_mechanisms) return;
    if (!word.empty() && !offered.offers_mechanism(word)) offered.mechanisms.push_back(to_ascii_upper(word));
  }
}

void read_deliver_by(const Words& parameters, Capabilities& offered) {
  offered.has_deliver_by = true;
  if (!parameters.empty()) offered.least_deliver_by = parse_decimal(parameters[0]);
}

void read_limits(const Words& parameters, Capabilities& offered) {
  for (const std::string_view word : parameters) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto value = parse_decimal(word.substr(equals + 1));
    if (!value || *value == 0) continue;  // RFC 9422 §4: what can't be is ignored
    const std::string_view name = word.substr(0, equals);
    if (equals_ignoring_case(name, "MAILMAX")) offered.mail_max = value;
    if (equals_ignoring_case(name, "RCPTMAX")) offered.rcpt_max = value;
    if (equals_ignoring_case(name, "RCPTDOMAINMAX")) offered.rcpt_domain_max = value;
  }
}

constexpr Keyword keywords[] = {
    {"SIZE", read_size},
    {"PIPELINING", [](const Words&, Capabilities& c) { c.has_pipelining = true; }},
    {"8BITMIME", [](const Words&, Capabilities& c) { c.has_8bitmime = true; }},
    {"CHUNKING", [](const Words&, Capabilities& c) { c.has_chunking = true; }},
    {"BINARYMIME", [](const Words&, Capabilities& c) { c.has_binarymime = true; }},
    {"SMTPUTF8", [](const Words&, Capabilities& c) { c.has_smtputf8 = true; }},
    {"DSN", [](const Words&, Capabilities& c) { c.has_dsn = true; }},
    {"STARTTLS", [](const Words&, Capabilities& c) { c.has_starttls = true; }},
    {"REQUIRETLS", [](const Words&, Capabilities& c) { c.has_requiretls = true; }},
    {"ENHANCEDSTATUSCODES", [](const Words&, Capabilities& c) { c.has_enhanced_codes = true; }},
    {"DELIVERBY", read_deliver_by},
    {"MT-PRIORITY", [](const Words&, Capabilities& c) { c.has_priority = true; }},
    {"AUTH", read_auth},
    {"LIMITS", read_limits},
};

void read_line(std::string_view line, Capabilities& offered) {
  // "AUTH=LOGIN PLAIN" is how some said it before there was a standard.
  constexpr std::string_view old_auth = "AUTH=";
  const bool is_old_auth = starts_with_ignoring_case(line, old_auth);
  Words words = split(is_old_auth ? line.substr(old_auth.size()) : line, ' ');
  if (is_old_auth) return read_auth(words, offered);
  const std::string_view name = words.front();
  const auto keyword =
      std::ranges::find_if(keywords, [name](const Keyword& k) { return equals_ignoring_case(k.name, name); });
  if (keyword == std::end(keywords)) return;
  words.erase(words.begin());
  keyword->read(words, offered);
}

}  // namespace

bool Capabilities::offers_mechanism(std::string_view name) const {
  return std::ranges::any_of(mechanisms,
                             [name](const std::string& m) { return equals_ignoring_case(m, name); });
}

Capabilities capabilities_of(const Reply& reply) {
  Capabilities offered;
  const auto lines = split(reply.text, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) read_line(lines[i], offered);  // the first is a greeting
  return offered;
}

}  // namespace pillarbox::smtp
