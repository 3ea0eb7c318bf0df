#include "config/open_relay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "config/limits.h"
#include "config/proof.h"
#include "config/regex.h"

namespace pillarbox::config {
namespace {

// A condition that a stranger's envelope may fulfil or not, by its key; conditions with equal keys are one
// variable.
std::string key_of(std::string_view kind, const std::optional<Operand>& operand) {
  std::string key(kind);
  if (!operand) return key;
  if (operand->is_regex) key += " regex";
  if (operand->table) return fmt::format("{} <{}>", key, operand->table->name);
  for (const std::string& value : operand->values) key.append("\n").append(value);
  return key;
}

bool has_tag(const Condition& condition, const Listener& listener, const Configuration& configuration) {
  const Operand& operand = *condition.operand;
  const auto is_tag = [&](const std::string& value) {
    if (!operand.is_regex) return value == listener.tag;
    const auto regex = Regex::compile(value);
    return regex && regex->matches(listener.tag);
  };
  if (!operand.table) return std::ranges::any_of(operand.values, is_tag);
  const Table* table = configuration.table(operand.table->name);
  return table != nullptr && table->kind == Table::Kind::inline_list &&
         std::ranges::any_of(table->entries, [&](const auto& entry) { return is_tag(entry.first); });
}

// Turns the conditions of rules into literals about a stranger who came in by `listener`.
class Translator {
 public:
  Translator(const Configuration& configuration, const Listener& listener)
      : configuration_(configuration), listener_(listener) {}

  Conjunction conditions_of(const Rule& rule) {
    Conjunction all;
    all.push_back(negated(from(rule.from), rule.from.negated));
    all.push_back(negated(to(rule.to), rule.to.negated));
    for (const Condition& one : rule.conditions) all.push_back(negated(condition(one), one.negated));
    return all;
  }

 private:
  static Literal negated(Literal literal, bool is_negated) {
    if (is_negated) literal.is_wanted = !literal.is_wanted;
    return literal;
  }
  static Literal constant(bool value) { return {.variable = Literal::no_variable, .is_wanted = value}; }
  Literal variable(std::string key) {
    const auto [found, is_new] =
        variables_.try_emplace(std::move(key), static_cast<unsigned>(variables_.size()));
    return {.variable = found->second, .is_wanted = true};
  }

  Literal from(const From& from) {
    switch (from.kind) {
      case From::Kind::any: return constant(true);
      case From::Kind::src: return variable(key_of("src", from.operand));
      case From::Kind::rdns: return variable(key_of("rdns", from.operand));
      case From::Kind::mail_from: return variable(key_of("mail-from", from.operand));
      case From::Kind::local:
      case From::Kind::auth:
      case From::Kind::socket:
      case From::Kind::local_or_auth: return constant(false);
    }
    return constant(true);
  }

  Literal to(const For& to) {
    switch (to.kind) {
      case For::Kind::any: return constant(true);
      case For::Kind::local: return variable("local domain");
      case For::Kind::domain: return variable(key_of("domain", to.operand));
      case For::Kind::rcpt_to: return variable(key_of("rcpt-to", to.operand));
    }
    return constant(true);
  }

  Literal condition(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::auth: return constant(false);
      case Condition::Kind::mail_from: return variable(key_of("mail-from", condition.operand));
      case Condition::Kind::rcpt_to: return variable(key_of("rcpt-to", condition.operand));
      case Condition::Kind::helo: return variable(key_of("helo", condition.operand));
      case Condition::Kind::tag:
        // A table of tags from a file isn't known here: it may hold the listener's, or not.
        if (condition.operand->table && !is_inline(*condition.operand->table)) {
          return variable(key_of("tag", condition.operand));
        }
        return constant(has_tag(condition, listener_, configuration_));
      case Condition::Kind::tls:
        if (listener_.tls == TlsMode::none) return constant(false);
        if (listener_.tls != TlsMode::opportunistic) return constant(true);
        return variable("tls");
    }
    return constant(true);
  }

  bool is_inline(const TableRef& ref) const {
    const Table* table = configuration_.table(ref.name);
    return table != nullptr && table->kind == Table::Kind::inline_list;
  }

  const Configuration& configuration_;
  const Listener& listener_;
  std::map<std::string, unsigned, std::less<>> variables_;
};

// Whether somebody from elsewhere can open a transaction there without logging in.
bool is_open_to_strangers(const Listener& listener) {
  if (is_imap(listener.protocol) || listener.auth == AuthMode::required) return false;
  if (listener.is_enqueuer || !listener.socket_path.empty()) return listener.proxy.has_value();
  const bool is_loopback = std::ranges::all_of(listener.addresses, &IpAddress::is_loopback);
  return !is_loopback || listener.proxy.has_value();
}

bool relays(const Configuration& configuration, const Rule& rule) {
  if (!rule.action) return false;
  const Action* action = configuration.action(*rule.action);
  return action == nullptr || std::holds_alternative<RelayAction>(action->method);
}

std::vector<std::string> values_of(const Configuration& configuration,
                                   const std::optional<Operand>& operand) {
  if (!operand) return {};
  if (!operand->table) return operand->values;
  std::vector<std::string> values;
  const Table* table = configuration.table(operand->table->name);
  if (table != nullptr) {
    for (const auto& [key, value] : table->entries) values.push_back(key);
  }
  return values;
}

// The list in `rule` that would let in strangers, if one is too broad to be one: what is wrong with it.
std::optional<std::string> broad_list(const Configuration& configuration, const Rule& rule) {
  const auto broad_domain = [&](const std::optional<Operand>& operand) -> std::optional<std::string> {
    const bool is_regex = operand && operand->is_regex;
    for (const std::string& value : values_of(configuration, operand)) {
      if (is_regex ? is_too_broad_domain_regex(value) : is_too_broad_domain(value))
        return fmt::format("\"{}\" is nearly every domain", value);
    }
    return std::nullopt;
  };
  const auto broad_address = [&](const std::optional<Operand>& operand) -> std::optional<std::string> {
    const bool is_regex = operand && operand->is_regex;
    for (const std::string& value : values_of(configuration, operand)) {
      if (is_regex ? is_too_broad_address_regex(value) : is_too_broad_address(value))
        return fmt::format("\"{}\" is an address of nearly every domain", value);
    }
    return std::nullopt;
  };
  // One list that is narrow is enough: all conditions must hold.
  std::optional<std::string> problem;
  const auto judge = [&](std::optional<std::string> found) {
    if (!found) return true;
    problem = std::move(found);
    return false;
  };
  if (rule.to.kind == For::Kind::local && !rule.to.negated) return std::nullopt;
  if (rule.to.kind == For::Kind::domain && !rule.to.negated && judge(broad_domain(rule.to.operand)))
    return std::nullopt;
  if (rule.to.kind == For::Kind::rcpt_to && !rule.to.negated && judge(broad_address(rule.to.operand)))
    return std::nullopt;
  for (const Condition& condition : rule.conditions) {
    const bool is_list = condition.kind == Condition::Kind::rcpt_to && !condition.negated;
    if (is_list && judge(broad_address(condition.operand))) return std::nullopt;
  }
  if (rule.from.kind == From::Kind::src && !rule.from.negated && !rule.from.operand->is_regex) {
    std::vector<IpNetwork> networks;
    for (std::string_view value : values_of(configuration, rule.from.operand)) {
      if (starts_with_ignoring_case(value, "ipv6:")) value.remove_prefix(5);
      if (const auto network = parse_network(value)) networks.push_back(*network);
    }
    if (!is_too_broad(networks)) return std::nullopt;
    problem = "its networks are a large part of the internet";
  }
  return problem;
}

Diagnostic open_relay(const Configuration& configuration, const Rule& rule, const Listener& listener,
                      Proof proof) {
  Diagnostic found{
      .kind = Diagnostic::Kind::dangerous,
      .position = rule.position,
      .length = configuration.sources.word_length(rule.position),
      .message = "open relay: this rule relays for strangers",
      .expected = "a rule that is from local or from auth, or that lists its domains (for domain)"};
  found.notes.push_back(fmt::format("who comes in at {} without logging in can send mail anywhere by it",
                                    configuration.sources.place(listener.position)));
  if (rule.from.kind == From::Kind::mail_from) {
    found.notes.emplace_back("anybody can claim any sender's address: from mail-from proves nothing");
  }
  if (rule.from.kind == From::Kind::rdns) {
    found.notes.emplace_back("whoever has an address names it as he likes: from rdns proves nothing");
  }
  for (const Condition& condition : rule.conditions) {
    if (condition.kind == Condition::Kind::mail_from || condition.kind == Condition::Kind::helo) {
      found.notes.emplace_back("anybody can claim any sender or any name in HELO: neither proves who it is");
      break;
    }
  }
  if (proof == Proof::undecided)
    found.notes.emplace_back("the rules before it are too intricate to prove that it can't");
  if (const auto broad = broad_list(configuration, rule)) found.notes.push_back(*broad);
  return found;
}

// Networks that no stranger on the internet has an address of (RFC 6890).
std::vector<IpNetwork> not_public() {
  std::vector<IpNetwork> all;
  for (const auto* text : {"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                           "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"}) {
    all.push_back(*parse_network(text));
  }
  return all;
}

}  // namespace

bool lists_its_strangers(const Rule& rule) {
  // Which addresses a regular expression takes in is too hard to tell.
  if (!rule.from.negated && rule.from.kind == From::Kind::src && !rule.from.operand->is_regex) return true;
  if (!rule.to.negated && rule.to.kind != For::Kind::any) return true;
  return std::ranges::any_of(
      rule.conditions, [](const Condition& c) { return c.kind == Condition::Kind::rcpt_to && !c.negated; });
}

bool is_too_broad_domain(std::string_view pattern) {
  const auto star = pattern.rfind('*');
  if (star == std::string_view::npos) return false;
  const std::string_view rest = pattern.substr(star + 1);  // ".example.org"
  return !rest.starts_with('.') || std::ranges::count(rest, '.') < 2 || rest.ends_with('.');
}

bool is_too_broad_address(std::string_view pattern) {
  const auto at = pattern.rfind('@');
  return at == std::string_view::npos || is_too_broad_domain(pattern.substr(at + 1));
}

namespace {

// ".example.org", with anything before it: below a domain of at least two labels.
bool is_below_domain(std::string_view ending) {
  const auto dot = ending.find('.');
  if (dot == std::string_view::npos) return false;
  ending.remove_prefix(dot);
  return std::ranges::count(ending, '.') >= 2 && !ending.ends_with('.');
}

bool is_domain(std::string_view text) {
  return text.contains('.') && !text.starts_with('.') && !text.ends_with('.');
}

}  // namespace

bool is_too_broad_domain_regex(std::string_view expression) {
  const CertainEnding ending = certain_ending(expression);
  return !(ending.is_whole && is_domain(ending.text)) && !is_below_domain(ending.text);
}

bool is_too_broad_address_regex(std::string_view expression) {
  const CertainEnding ending = certain_ending(expression);
  const auto at = ending.text.rfind('@');
  if (at != std::string::npos) return !is_domain(std::string_view(ending.text).substr(at + 1));
  return !is_below_domain(ending.text);
}

bool is_too_broad(const std::vector<IpNetwork>& networks) {
  const std::vector<IpNetwork> reserved = not_public();
  double public_v4 = 0;
  double public_v6 = 0;
  for (const IpNetwork& network : networks) {
    const bool is_private = std::ranges::any_of(reserved, [&](const IpNetwork& range) {
      return range.prefix <= network.prefix && range.contains(network.address);
    });
    if (is_private) continue;
    if (network.address.family == IpAddress::Family::ipv4) {
      public_v4 += std::exp2(32.0 - network.prefix);
    } else {
      public_v6 += std::exp2(128.0 - network.prefix);
    }
  }
  return public_v4 > std::exp2(24.0) || public_v6 > std::exp2(112.0);
}

std::vector<Diagnostic> find_open_relays(const Configuration& configuration) {
  std::vector<Diagnostic> found;
  const auto& rules = configuration.rules;
  std::vector<bool> reported(rules.size());
  for (const Listener& listener : configuration.listeners) {
    if (!is_open_to_strangers(listener)) continue;
    Translator translator(configuration, listener);
    std::vector<Conjunction> earlier;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const Conjunction conditions = translator.conditions_of(rules[i]);
      const bool may_relay = relays(configuration, rules[i]) &&
                             (!lists_its_strangers(rules[i]) || broad_list(configuration, rules[i]));
      if (may_relay && !reported[i]) {
        const Proof proof = can_hold(conditions, earlier, limits::proof_steps);
        if (proof != Proof::impossible) {
          found.push_back(open_relay(configuration, rules[i], listener, proof));
          reported[i] = true;
        }
      }
      earlier.push_back(conditions);
    }
  }
  return found;
}

}  // namespace pillarbox::config
