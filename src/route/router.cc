#include "route/router.h"

#include <fmt/format.h>

#include "route/expansion.h"
#include "route/rule_list.h"

namespace pillarbox::route {

class Router::State {
 public:
  State(const config::Configuration& configuration, const Settings& settings, tables::Tables& tables,
        Users& users)
      : sources_(configuration.sources),
        hostname_(tables::domain_key(configuration.hostname)),
        settings_(settings),
        users_(users),
        alias_maps_(tables),
        rules_(configuration, tables) {
    for (const config::Domain& domain : configuration.domains)
      domains_.push_back(tables::domain_key(domain.name));
    for (const config::Action& action : configuration.actions) {
      const auto* mailbox = std::get_if<config::LocalAction>(&action.method);
      if (mailbox == nullptr) continue;
      MailboxPlan plan{.name = action.name, .users = mailbox->userbase ? mailbox->userbase->name : ""};
      if (mailbox->virtual_aliases) plan.virtual_aliases = &alias_maps_.named(mailbox->virtual_aliases->name);
      if (mailbox->aliases) plan.aliases = &alias_maps_.named(mailbox->aliases->name);
      mailboxes_.emplace(action.name, std::move(plan));
    }
  }

  Decision decide(const EnvelopeContext& envelope, const mail::Address& recipient,
                  Freshness freshness) const {
    const auto rule = rules_.find(envelope, recipient, Origin::session, freshness);
    if (!rule) return {.refusal = Refusal::temporary, .reason = rule.error().detail};
    if (*rule == nullptr) {
      return {.refusal = Refusal::relay_denied,
              .reason = fmt::format("no rule takes {}", recipient.to_string())};
    }
    if (!(*rule)->action) {
      return {.refusal = Refusal::rejected,
              .rule = (*rule)->position,
              .reason = sources_.place((*rule)->position) + ": reject"};
    }
    const Plan plan{rules_, mailboxes_, settings_, users_};
    Expansion expansion(plan, envelope, freshness);
    expansion.start(**rule, recipient);
    return expansion.take(**rule, recipient, sources_);
  }

  // Of the recipient that has no domain, <Postmaster>: RFC 5321 §4.5.1.
  std::vector<std::string> own_domains() const {
    std::vector<std::string> all = domains_;
    all.push_back(hostname_);
    return all;
  }

 private:
  config::Sources sources_;
  std::string hostname_;
  std::vector<std::string> domains_;
  Settings settings_;
  Users& users_;
  Lists<tables::AliasMap> alias_maps_;
  RuleList rules_;
  tables::StringMap<MailboxPlan> mailboxes_;
};

Router::Router(const config::Configuration& configuration, const Settings& settings, tables::Tables& tables,
               Users& users)
    : state_(std::make_unique<const State>(configuration, settings, tables, users)) {}

Router::~Router() = default;

Decision Router::decide(const EnvelopeContext& envelope, const mail::Address& recipient) const {
  if (recipient.domain.empty()) {
    Decision decision;
    for (std::string& domain : state_->own_domains()) {
      decision = decide(envelope, {recipient.local_part, std::move(domain)});
      if (!decision.refusal) break;
    }
    return decision;
  }
  Decision decision = state_->decide(envelope, recipient, Freshness::usual);
  // Nobody is told that he doesn't exist before the tables were looked at again.
  if (decision.refusal == Refusal::unknown_user || decision.refusal == Refusal::relay_denied) {
    decision = state_->decide(envelope, recipient, Freshness::now);
  }
  return decision;
}

Task<Decision> Router::resolve(EnvelopeContext envelope, mail::Address recipient) const {
  co_return decide(envelope, recipient);
}

}  // namespace pillarbox::route
