#include "config/names_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace pillarbox::config {
namespace {

template <class T>
Words names_of(const std::vector<T>& all) {
  Words names;
  for (const T& one : all) names.push_back(one.name);
  return names;
}

std::string expected_names(const Words& names, std::string_view statement) {
  return names.empty() ? fmt::format("a name that a statement gives: {} NAME …", statement)
                       : alternatives(names);
}

Token as_token(const Position& position, const std::string& text, const Sources& sources) {
  return {
      .kind = Token::Kind::word, .text = text, .position = position, .length = sources.word_length(position)};
}

void check_table(Context& context, const TableRef& table) {
  const Configuration& configuration = context.configuration;
  if (configuration.table(table.name) != nullptr || context.refused_tables.contains(table.name)) return;
  const Words known = names_of(configuration.tables);
  context.unknown(as_token(table.position, table.name, configuration.sources),
                  fmt::format("no table <{}>", table.name), expected_names(known, "table"), known);
}

void check_table(Context& context, const std::optional<TableRef>& table) {
  if (table) check_table(context, *table);
}
void check_table(Context& context, const std::optional<Operand>& operand) {
  if (operand) check_table(context, operand->table);
}

void check_pki(Context& context, const Position& position, const std::string& name) {
  const Configuration& configuration = context.configuration;
  if (configuration.pki(name) != nullptr) return;
  if (context.certificate_names.contains(position)) {
    context.add({.kind = Diagnostic::Kind::unsupported,
                 .position = position,
                 .length = configuration.sources.word_length(position),
                 .message = "a certificate found by its name is not yet supported",
                 .notes = {fmt::format("say where it is: pki {} cert PATH key PATH", name)}});
    return;
  }
  const Words known = names_of(configuration.pkis);
  context.unknown(as_token(position, name, configuration.sources), fmt::format("no pki \"{}\"", name),
                  expected_names(known, "pki"), known);
}

void check_listener(Context& context, const Listener& listener) {
  for (const Word& pki : listener.pkis) check_pki(context, pki.position, pki.text);
  check_table(context, listener.users);
  check_table(context, listener.hostnames);
  check_table(context, listener.senders);
  if (listener.proxy) check_table(context, listener.proxy->table);
  if (listener.tls != TlsMode::none && listener.pkis.empty() && context.configuration.pkis.empty()) {
    context.mistake(listener.on.position, fmt::format("TLS on {} without a certificate", listener.on.text),
                    "a statement: pki NAME cert PATH key PATH");
  }
}

void check_action(Context& context, const Action& action) {
  if (const auto* mailbox = std::get_if<LocalAction>(&action.method)) {
    check_table(context, mailbox->userbase);
    check_table(context, mailbox->virtual_aliases);
    check_table(context, mailbox->aliases);
    return;
  }
  const auto& relay = std::get<RelayAction>(action.method);
  check_table(context, relay.helo_source);
  check_table(context, relay.domains);
  check_table(context, relay.credentials);
  check_table(context, relay.source);
  if (!relay.pki.empty()) check_pki(context, relay.pki_position, relay.pki);
}

void check_rule(Context& context, const Rule& rule) {
  check_table(context, rule.from.operand);
  check_table(context, rule.to.operand);
  for (const Condition& condition : rule.conditions) check_table(context, condition.operand);
  const Configuration& configuration = context.configuration;
  if (!rule.action || configuration.action(*rule.action) != nullptr ||
      context.refused_actions.contains(*rule.action)) {
    return;
  }
  const Words known = names_of(configuration.actions);
  context.unknown(as_token(rule.action_position, *rule.action, configuration.sources),
                  fmt::format("no action \"{}\"", *rule.action), expected_names(known, "action"), known);
}

// A tag that no listener has: the rule would never match.
void check_tags(Context& context, const Rule& rule) {
  Words known;
  for (const Listener& listener : context.configuration.listeners) {
    if (!listener.tag.empty()) known.push_back(listener.tag);
  }
  for (const Condition& condition : rule.conditions) {
    if (condition.kind != Condition::Kind::tag || !condition.operand) continue;
    for (const std::string& tag : condition.operand->values) {
      if (std::ranges::find(known, tag) != known.end()) continue;
      Token token = as_token(condition.operand->position, tag, context.configuration.sources);
      context.unknown(token, fmt::format("no listener has the tag \"{}\"", tag),
                      known.empty() ? "a tag of a listener; none has one" : alternatives(known), known);
    }
  }
}

void check_pki_is_whole(Context& context, const Pki& pki) {
  if (pki.certificate.text.empty()) {
    context.mistake(pki.position, fmt::format("pki {} has no certificate", pki.name),
                    fmt::format("pki {} cert PATH", pki.name));
  }
  if (pki.key.text.empty()) {
    context.mistake(pki.position, fmt::format("pki {} has no key", pki.name),
                    fmt::format("pki {} key PATH", pki.name));
  }
}

}  // namespace

void check_names(Context& context) {
  const Configuration& configuration = context.configuration;
  for (const Pki& pki : configuration.pkis) check_pki_is_whole(context, pki);
  for (const Listener& listener : configuration.listeners) check_listener(context, listener);
  for (const Action& action : configuration.actions) check_action(context, action);
  for (const Rule& rule : configuration.rules) {
    check_rule(context, rule);
    check_tags(context, rule);
  }
  for (const TableRef& table : context.named_tables) check_table(context, table);
}

}  // namespace pillarbox::config
