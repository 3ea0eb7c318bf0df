#include "route/table_roles.h"

#include <optional>
#include <variant>

namespace pillarbox::route {
namespace {

class Roles {
 public:
  void add(const std::optional<config::TableRef>& table, Role role) {
    if (table) roles_[table->name].insert(role);
  }
  void add(const std::optional<config::Operand>& operand, Role role) {
    if (operand) add(operand->table, operand->is_regex ? Role::expressions : role);
  }

  void add(const config::Listener& listener) {
    add(listener.users, Role::users);
    add(listener.senders, Role::senders);
    add(listener.hostnames, Role::host_names);
    if (listener.proxy) add(listener.proxy->table, Role::networks);
  }

  void add(const config::Action& action) {
    if (const auto* mailbox = std::get_if<config::LocalAction>(&action.method)) {
      add(mailbox->userbase, Role::users);
      add(mailbox->virtual_aliases, Role::aliases);
      add(mailbox->aliases, Role::aliases);
      return;
    }
    const auto& relay = std::get<config::RelayAction>(action.method);
    add(relay.helo_source, Role::host_names);
    add(relay.domains, Role::values);
    add(relay.credentials, Role::users);
    add(relay.source, Role::networks);
  }

  void add(const config::Rule& rule) {
    using Kind = config::Condition::Kind;
    if (rule.from.kind == config::From::Kind::src) add(rule.from.operand, Role::networks);
    if (rule.from.kind == config::From::Kind::rdns) add(rule.from.operand, Role::domains);
    if (rule.from.kind == config::From::Kind::mail_from) add(rule.from.operand, Role::addresses);
    if (rule.from.kind == config::From::Kind::auth) add(rule.from.operand, Role::values);
    if (rule.to.kind == config::For::Kind::domain) add(rule.to.operand, Role::domains);
    if (rule.to.kind == config::For::Kind::rcpt_to) add(rule.to.operand, Role::addresses);
    for (const config::Condition& condition : rule.conditions) {
      const bool is_address = condition.kind == Kind::mail_from || condition.kind == Kind::rcpt_to;
      add(condition.operand, is_address                     ? Role::addresses
                             : condition.kind == Kind::helo ? Role::domains
                                                            : Role::values);
    }
  }

  std::map<std::string, std::set<Role>> take() { return std::move(roles_); }

 private:
  std::map<std::string, std::set<Role>> roles_;
};

}  // namespace

std::map<std::string, std::set<Role>> table_roles(const config::Configuration& configuration) {
  Roles roles;
  for (const config::Listener& listener : configuration.listeners) roles.add(listener);
  for (const config::Action& action : configuration.actions) roles.add(action);
  for (const config::Rule& rule : configuration.rules) roles.add(rule);
  return roles.take();
}

}  // namespace pillarbox::route
