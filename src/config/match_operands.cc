#include "config/match_operands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/regex.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

// A domain name in which "*" may stand for anything.
bool is_domain_pattern(std::string_view text) {
  std::string filled(text);
  std::ranges::replace(filled, '*', 'x');
  return is_host_name(filled);
}

bool is_network(std::string_view text) {
  if (starts_with_ignoring_case(text, "ipv6:")) text.remove_prefix(5);
  return parse_network(text).has_value();
}

bool is_address_pattern(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return !text.empty();
  const std::string_view domain = text.substr(at + 1);
  return is_domain_pattern(domain) || (domain.starts_with('[') && domain.ends_with(']'));
}

// The word `regex` taken.
std::optional<Operand> take_expressions(Statement& statement, std::string_view what) {
  auto operand = statement.take_operand("a regular expression");
  if (!operand) return std::nullopt;
  operand->is_regex = true;
  for (const std::string& value : operand->values) {
    const auto valid = Regex::compile(value);
    if (valid) continue;
    statement.context().mistake(operand->position,
                                fmt::format("\"{}\" isn't a regular expression: {}", value, valid.error()),
                                fmt::format("what grep -E takes, for {}", what));
    return std::nullopt;
  }
  return operand;
}

std::optional<Operand> take_checked(Statement& statement, std::string_view what,
                                    bool (*is_valid)(std::string_view), std::string_view expected) {
  if (statement.take_if("regex")) return take_expressions(statement, what);
  auto operand = statement.take_operand(what);
  if (!operand) return std::nullopt;
  for (const std::string& value : operand->values) {
    if (is_valid(value)) continue;
    statement.context().mistake(operand->position, fmt::format("\"{}\" isn't {}", value, what),
                                std::string(expected));
    return std::nullopt;
  }
  return operand;
}

}  // namespace

std::optional<Operand> take_networks(Statement& statement) {
  return take_checked(statement, "an address or a network", is_network,
                      "192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
}

std::optional<Operand> take_domains(Statement& statement) {
  return take_checked(statement, "a domain", is_domain_pattern,
                      "a domain such as example.org or \"*.example.org\"");
}

std::optional<Operand> take_addresses(Statement& statement, std::string_view what) {
  return take_checked(statement, what, is_address_pattern, "user, user@domain, @domain or user@*.domain");
}

std::optional<Operand> take_names(Statement& statement, std::string_view what) {
  return take_checked(statement, what, [](std::string_view) { return true; }, "");
}

}  // namespace pillarbox::config
