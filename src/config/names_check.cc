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
  const Words known = names_of(configuration.pkis);
  context.unknown(as_token(position, name, configuration.sources), fmt::format("no pki \"{}\"", name),
                  expected_names(known, "pki"), known);
}

void check_ca(Context& context, const std::optional<Word>& name) {
  const Configuration& configuration = context.configuration;
  if (!name || configuration.ca(name->text) != nullptr) return;
  const Words known = names_of(configuration.cas);
  context.unknown(as_token(name->position, name->text, configuration.sources),
                  fmt::format("no ca \"{}\"", name->text), expected_names(known, "ca"), known);
}

void check_filter(Context& context, const Word& name) {
  const Configuration& configuration = context.configuration;
  if (configuration.filter(name.text) != nullptr || context.refused_filters.contains(name.text)) return;
  const Words known = names_of(configuration.filters);
  context.unknown(as_token(name.position, name.text, configuration.sources),
                  fmt::format("no filter \"{}\"", name.text), expected_names(known, "filter"), known);
}

void check_process(Context& context, const Word& name) {
  const Configuration& configuration = context.configuration;
  if (configuration.process(name.text) != nullptr) return;
  Words known = names_of(configuration.processes);
  std::erase_if(known, [](std::string_view one) { return one.contains(' '); });  // those of proc-exec
  context.unknown(as_token(name.position, name.text, configuration.sources),
                  fmt::format("no proc \"{}\"", name.text), expected_names(known, "proc"), known);
}

void check_defined_filter(Context& context, const Filter& filter) {
  if (const auto* phase = std::get_if<PhaseFilter>(&filter.kind)) {
    for (const FilterCondition& condition : phase->conditions) check_table(context, condition.operand);
  } else if (const auto* process = std::get_if<ProcessFilter>(&filter.kind)) {
    check_process(context, process->process);
  } else {
    for (const Word& name : std::get<FilterChain>(filter.kind).filters) {
      check_filter(context, name);
      const Filter* named = context.configuration.filter(name.text);
      if (named != nullptr && std::holds_alternative<FilterChain>(named->kind)) {
        context.mistake(name.position, fmt::format("\"{}\" is a chain itself", name.text),
                        "filters that are no chains");
      }
    }
  }
}

void check_listener(Context& context, const Listener& listener) {
  for (const Word& pki : listener.pkis) check_pki(context, pki.position, pki.text);
  check_table(context, listener.users);
  check_table(context, listener.hostnames);
  check_table(context, listener.senders);
  if (listener.proxy) check_table(context, listener.proxy->table);
  check_ca(context, listener.ca);
  for (const Word& filter : listener.filters) check_filter(context, filter);
  if (listener.tls != TlsMode::none && listener.pkis.empty() && context.configuration.pkis.empty()) {
    context.mistake(listener.on.position, fmt::format("TLS on {} without a certificate", listener.on.text),
                    "a statement: pki NAME cert PATH key PATH");
  }
}

void check_wrapper(Context& context, const Word& name) {
  const Configuration& configuration = context.configuration;
  if (configuration.wrapper(name.text) != nullptr) return;
  const Words known = names_of(configuration.wrappers);
  context.unknown(as_token(name.position, name.text, configuration.sources),
                  fmt::format("no mda wrapper \"{}\"", name.text), expected_names(known, "mda wrapper"),
                  known);
}

void check_action(Context& context, const Action& action) {
  if (const auto* local = std::get_if<LocalAction>(&action.method)) {
    check_table(context, local->userbase);
    check_table(context, local->virtual_aliases);
    check_table(context, local->aliases);
    if (local->wrapper) check_wrapper(context, *local->wrapper);
    return;
  }
  const auto& relay = std::get<RelayAction>(action.method);
  check_table(context, relay.helo_source);
  check_table(context, relay.domains);
  check_table(context, relay.credentials);
  check_table(context, relay.source);
  if (!relay.pki.empty()) check_pki(context, relay.pki_position, relay.pki);
  check_ca(context, relay.ca);
  if (relay.filter) check_filter(context, *relay.filter);
  if (relay.srs && !context.configuration.options.srs.key) {
    context.mistake(relay.srs->position, "srs needs a secret to sign addresses with",
                    "a statement: srs key SECRET");
  }
}

// OpenSMTPD 5.3 found certificates by their names. Those that no pki tells are looked for where it had them;
// that they are there is checked with all others.
void find_certificate_by_name(Context& context, const Position& position, const std::string& name) {
  constexpr std::string_view folders[] = {"/etc/certs/", "/etc/mail/certs/", "/etc/ssl/"};
  Configuration& configuration = context.configuration;
  if (!context.certificate_names.contains(position) || configuration.pki(name) != nullptr) return;
  std::string base = std::string(folders[0]) + name;
  for (const std::string_view folder : folders) {
    const std::string candidate = std::string(folder) + name;
    if (!context.host.read_file(candidate + ".crt", limits::file_bytes)) continue;
    base = candidate;
    break;
  }
  configuration.pkis.push_back({.position = position,
                                .name = name,
                                .certificate = {position, base + ".crt"},
                                .key = {position, base + ".key"}});
}

void find_certificates_by_name(Context& context) {
  for (const Listener& listener : context.configuration.listeners) {
    for (const Word& pki : listener.pkis) find_certificate_by_name(context, pki.position, pki.text);
  }
  for (const Action& action : context.configuration.actions) {
    const auto* relay = std::get_if<RelayAction>(&action.method);
    if (relay != nullptr && !relay->pki.empty())
      find_certificate_by_name(context, relay->pki_position, relay->pki);
  }
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
    if (condition.kind != Condition::Kind::tag || !condition.operand || condition.operand->is_regex) continue;
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
  find_certificates_by_name(context);
  // Each look takes as long as there are names: with so many mistakes, no more are looked for.
  const auto each = [&](const auto& all, auto check) {
    for (const auto& one : all) {
      if (context.has_enough()) return;
      check(context, one);
    }
  };
  each(configuration.pkis, check_pki_is_whole);
  const Listener* before = nullptr;
  each(configuration.listeners, [&](Context&, const Listener& listener) {
    // Of the two doors of `secure`, one says it all.
    if (before == nullptr || before->position != listener.position) check_listener(context, listener);
    before = &listener;
  });
  each(configuration.actions, check_action);
  each(configuration.rules, check_rule);
  each(configuration.rules, check_tags);
  each(configuration.filters, check_defined_filter);
  for (const TableRef& table : context.named_tables) check_table(context, table);
}

}  // namespace pillarbox::config
