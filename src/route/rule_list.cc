#include "route/rule_list.h"

#include <algorithm>

#include "base/text.h"
#include "config/open_relay.h"
#include "config/regex.h"

namespace pillarbox::route {
namespace {

// Whether `list` has what `look_up` asks it for.
template <class X, class LookUp>
std::expected<bool, tables::Unavailable> has(const List<X>& list, Freshness freshness, LookUp look_up) {
  const auto known = list.get(freshness);
  if (!known) return std::unexpected(known.error());
  return static_cast<bool>(look_up(**known));
}

// A narrow expression, as the open-relay proof has it; and `text` is indeed what it says of its matches.
bool is_narrow_domain_regex(std::string_view expression, std::string_view text) {
  return !config::is_too_broad_domain_regex(expression) &&
         text.ends_with(config::certain_ending(expression).text);
}
bool is_narrow_address_regex(std::string_view expression, std::string_view text) {
  return !config::is_too_broad_address_regex(expression) &&
         text.ends_with(config::certain_ending(expression).text);
}

}  // namespace

RuleList::RuleList(const config::Configuration& configuration, tables::Tables& tables)
    : rules_(configuration.rules),
      networks_(tables),
      domains_(tables),
      addresses_(tables),
      logins_(tables),
      values_(tables),
      expressions_(tables) {
  local_domains_.insert("localhost");
  local_domains_.insert(tables::domain_key(configuration.hostname));
  for (const config::Domain& domain : configuration.domains)
    local_domains_.insert(tables::domain_key(domain.name));
  for (const config::Rule& rule : rules_) {
    Compiled compiled{&rule, {compile(rule.from), compile(rule.to)}};
    for (const config::Condition& condition : rule.conditions)
      compiled.conditions.push_back(compile(condition));
    compiled_.push_back(std::move(compiled));
  }
}

bool RuleList::compile_regex(Condition& condition, const std::optional<config::Operand>& operand) {
  if (!operand || !operand->is_regex) return false;
  condition.expressions = &expressions_.of(*operand);
  return true;
}

RuleList::Condition RuleList::compile(const config::From& from) {
  using Kind = config::From::Kind;
  Condition result{.is_negated = from.negated};
  switch (from.kind) {
    case Kind::any: result.kind = Condition::Kind::any; break;
    case Kind::local: result.kind = Condition::Kind::local; break;
    case Kind::socket: result.kind = Condition::Kind::socket; break;
    case Kind::local_or_auth: result.kind = Condition::Kind::local_or_auth; break;
    case Kind::auth:
      result.kind = Condition::Kind::auth;
      if (!compile_regex(result, from.operand) && from.operand) result.logins = &logins_.of(*from.operand);
      break;
    case Kind::src:
      result.kind = Condition::Kind::src;
      if (!compile_regex(result, from.operand)) result.networks = &networks_.of(*from.operand);
      break;
    case Kind::rdns:
      result.kind = Condition::Kind::rdns;
      if (!compile_regex(result, from.operand) && from.operand) result.domains = &domains_.of(*from.operand);
      break;
    case Kind::mail_from:
      result.kind = Condition::Kind::mail_from;
      if (!compile_regex(result, from.operand)) result.addresses = &addresses_.of(*from.operand);
      break;
  }
  return result;
}

RuleList::Condition RuleList::compile(const config::For& to) {
  using Kind = config::For::Kind;
  Condition result{.is_negated = to.negated};
  switch (to.kind) {
    case Kind::any: result.kind = Condition::Kind::any; break;
    case Kind::local: result.kind = Condition::Kind::for_local; break;
    case Kind::domain:
      result.kind = Condition::Kind::domain;
      if (!compile_regex(result, to.operand)) result.domains = &domains_.of(*to.operand);
      break;
    case Kind::rcpt_to:
      result.kind = Condition::Kind::rcpt_to;
      if (!compile_regex(result, to.operand)) result.addresses = &addresses_.of(*to.operand);
      break;
  }
  return result;
}

RuleList::Condition RuleList::compile(const config::Condition& condition) {
  using Kind = config::Condition::Kind;
  Condition result{.is_negated = condition.negated};
  const bool is_regex = compile_regex(result, condition.operand);
  switch (condition.kind) {
    case Kind::tls: result.kind = Condition::Kind::tls; break;
    case Kind::tag:
      result.kind = Condition::Kind::tag;
      if (!is_regex) result.values = &values_.of(*condition.operand);
      break;
    case Kind::auth:
      result.kind = Condition::Kind::auth;
      if (!is_regex && condition.operand) result.logins = &logins_.of(*condition.operand);
      break;
    case Kind::helo:
      result.kind = Condition::Kind::helo;
      if (!is_regex) result.domains = &domains_.of(*condition.operand);
      break;
    case Kind::mail_from:
    case Kind::rcpt_to:
      result.kind = condition.kind == Kind::mail_from ? Condition::Kind::mail_from : Condition::Kind::rcpt_to;
      if (!is_regex) result.addresses = &addresses_.of(*condition.operand);
      break;
  }
  return result;
}

// What the expressions of `condition` are held against; nothing if there is nothing of that kind.
RuleList::Truth RuleList::matches_regex(const Condition& condition, const Question& question) const {
  const EnvelopeContext& envelope = question.envelope;
  const bool is_alias = question.origin == Origin::alias;
  std::optional<std::string> text;
  const auto key_of = [](const mail::Address& address) {
    return tables::address_key(address.local_part, address.domain);
  };
  switch (condition.kind) {
    case Condition::Kind::auth:
      if (!envelope.login.empty()) text = envelope.login;
      break;
    case Condition::Kind::src:
      if (!is_alias && envelope.peer) text = envelope.peer->text();
      break;
    case Condition::Kind::rdns:
      if (!is_alias && !envelope.host_name.empty()) text = tables::domain_key(envelope.host_name);
      break;
    case Condition::Kind::mail_from:
      if (envelope.sender) text = key_of(*envelope.sender);
      break;
    case Condition::Kind::rcpt_to: text = key_of(question.recipient); break;
    case Condition::Kind::domain: text = tables::domain_key(question.recipient.domain); break;
    case Condition::Kind::tag: text = envelope.tag; break;
    case Condition::Kind::helo: text = tables::domain_key(envelope.helo); break;
    default: break;
  }
  if (!text) return false;
  return has(*condition.expressions, question.freshness,
             [&](const auto& list) { return list.contains(*text); });
}

RuleList::Truth RuleList::holds(const Condition& condition, const Question& question) const {
  const EnvelopeContext& envelope = question.envelope;
  const bool is_alias = question.origin == Origin::alias;
  const bool is_local = is_alias || !envelope.peer || envelope.peer->is_loopback();
  const bool is_logged_in = is_alias || !envelope.login.empty();
  const Freshness freshness = question.freshness;
  if (condition.expressions != nullptr) return matches_regex(condition, question);
  switch (condition.kind) {
    case Condition::Kind::any: return true;
    case Condition::Kind::local: return is_local;
    case Condition::Kind::socket: return is_alias || !envelope.peer;
    case Condition::Kind::local_or_auth: return is_local || is_logged_in;
    case Condition::Kind::tls: return envelope.is_tls;
    case Condition::Kind::for_local: return local_domains_.contains(question.recipient.domain);
    case Condition::Kind::auth:
      if (!is_logged_in || condition.logins == nullptr) return is_logged_in;
      return has(*condition.logins, freshness,
                 [&](const auto& list) { return list.contains(envelope.login); });
    case Condition::Kind::src:
      if (is_alias || !envelope.peer) return false;
      return has(*condition.networks, freshness,
                 [&](const auto& list) { return list.contains(*envelope.peer); });
    case Condition::Kind::rdns:
      if (is_alias || envelope.host_name.empty()) return false;
      if (condition.domains == nullptr) return true;
      return has(*condition.domains, freshness,
                 [&](const auto& list) { return list.find(tables::domain_key(envelope.host_name)); });
    case Condition::Kind::mail_from:
      if (!envelope.sender) return false;
      return has(*condition.addresses, freshness,
                 [&](const auto& list) { return list.find(*envelope.sender); });
    case Condition::Kind::rcpt_to:
      return has(*condition.addresses, freshness,
                 [&](const auto& list) { return list.find(question.recipient); });
    case Condition::Kind::domain:
      return has(*condition.domains, freshness,
                 [&](const auto& list) { return list.find(question.recipient.domain); });
    case Condition::Kind::tag:
      return has(*condition.values, freshness, [&](const auto& list) { return list.contains(envelope.tag); });
    case Condition::Kind::helo:
      return has(*condition.domains, freshness,
                 [&](const auto& list) { return list.find(tables::domain_key(envelope.helo)); });
  }
  return false;
}

// A table that can't be read leaves its condition open: the rule is out only if another condition fails
// anyway.
RuleList::Truth RuleList::matches(const Compiled& compiled, const Question& question) const {
  std::optional<tables::Unavailable> open;
  for (const Condition& condition : compiled.conditions) {
    auto truth = holds(condition, question);
    if (!truth)
      open = std::move(truth).error();
    else if (*truth == condition.is_negated)
      return false;
  }
  if (open) return std::unexpected(*std::move(open));
  return true;
}

std::expected<const config::Rule*, tables::Unavailable> RuleList::find(const EnvelopeContext& envelope,
                                                                       const mail::Address& recipient,
                                                                       Origin origin,
                                                                       Freshness freshness) const {
  const Question question{envelope, recipient, origin, freshness};
  for (const Compiled& compiled : compiled_) {
    auto truth = matches(compiled, question);
    if (!truth) return std::unexpected(std::move(truth).error());
    if (*truth) return compiled.rule;
  }
  return nullptr;
}

// Whether a condition that holds is reason enough to relay for a stranger.
bool RuleList::vouches(const Condition& condition, const Question& question) const {
  if (condition.is_negated) return false;
  if (condition.expressions != nullptr) {
    const auto list = condition.expressions->get(Freshness::usual);
    if (!list) return false;
    const std::string domain = tables::domain_key(question.recipient.domain);
    if (condition.kind == Condition::Kind::domain)
      return (*list)->contains_if(domain, is_narrow_domain_regex);
    if (condition.kind != Condition::Kind::rcpt_to) return false;
    return (*list)->contains_if(tables::address_key(question.recipient.local_part, domain),
                                is_narrow_address_regex);
  }
  if (condition.kind == Condition::Kind::for_local) return true;
  if (condition.kind == Condition::Kind::domain) {
    const auto list = condition.domains->get(Freshness::usual);
    const auto entry = list ? (*list)->find(question.recipient.domain) : std::nullopt;
    return entry && !config::is_too_broad_domain(*entry);
  }
  if (condition.kind == Condition::Kind::rcpt_to) {
    const auto list = condition.addresses->get(Freshness::usual);
    const auto entry = list ? (*list)->find(question.recipient) : std::nullopt;
    return entry && !config::is_too_broad_address(*entry);
  }
  if (condition.kind == Condition::Kind::src && question.envelope.peer) {
    const auto list = condition.networks->get(Freshness::usual);
    return list && (*list)->contains(*question.envelope.peer) && !(*list)->is_too_broad();
  }
  return false;
}

bool RuleList::may_relay(const config::Rule& rule, const EnvelopeContext& envelope,
                         const mail::Address& recipient, Origin origin) const {
  const bool is_stranger =
      origin == Origin::session && envelope.login.empty() && envelope.peer && !envelope.peer->is_loopback();
  if (!is_stranger) return true;
  const auto compiled = std::ranges::find(compiled_, &rule, &Compiled::rule);
  const Question question{envelope, recipient, origin, Freshness::usual};
  return std::ranges::any_of(compiled->conditions,
                             [&](const Condition& one) { return vouches(one, question); });
}

bool RuleList::is_ours(const config::Rule& rule, std::string_view domain) const {
  const bool is_listed = !rule.to.negated && rule.to.kind != config::For::Kind::any;
  return is_listed || is_local(domain);
}

}  // namespace pillarbox::route
