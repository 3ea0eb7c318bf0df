#include "route/router.h"

#include <fmt/format.h>

#include <algorithm>

#include "route/expansion.h"
#include "route/limits.h"
#include "route/plan.h"
#include "route/rule_list.h"
#include "tables/keys.h"

namespace pillarbox::route {
namespace {

constexpr std::chrono::seconds usual_srs_ttl{4 * 86'400};

std::optional<Srs> srs_of(const config::SrsOptions& options) {
  if (!options.key) return std::nullopt;
  return Srs(options.key->text, options.backup_key ? options.backup_key->text : "",
             options.ttl ? options.ttl->value : usual_srs_ttl);
}

using Answers = std::optional<std::vector<Answer>>;

// On another thread, which may go on when nobody waits any more: it holds all that it needs. Nothing if there
// is no room for more work.
Task<Answers> ask(const Surroundings& around, std::vector<Question> questions) {
  return await_callback<Answers>([&background = *around.background, outside = around.outside,
                                  questions = std::move(questions)](std::function<void(Answers)> done) {
    const auto work = [outside, questions, done] {
      std::vector<Answer> answers;
      answers.reserve(questions.size());
      for (const Question& question : questions) answers.push_back(outside->ask(question));
      done(std::move(answers));
    };
    if (!background.run(work)) done(std::nullopt);
  });
}

Decision temporary(mail::Address recipient, std::string reason) {
  return {.refusal = Refusal::temporary, .recipient = std::move(recipient), .reason = std::move(reason)};
}

// Nobody is told that he doesn't exist before the tables were looked at again.
bool needs_fresh_look(const Decision& decision) {
  return decision.refusal == Refusal::unknown_user || decision.refusal == Refusal::relay_denied;
}

}  // namespace

class Router::State {
 public:
  State(const config::Configuration& configuration, const Settings& settings, Surroundings surroundings)
      : sources_(configuration.sources),
        hostname_(tables::domain_key(configuration.hostname)),
        settings_(settings),
        surroundings_(std::move(surroundings)),
        alias_maps_(surroundings_.tables),
        srs_(srs_of(configuration.options.srs)),
        rules_(configuration, surroundings_.tables) {
    for (const config::Domain& domain : configuration.domains)
      domains_.push_back(tables::domain_key(domain.name));
    for (const config::Action& action : configuration.actions) {
      if (const auto* local = std::get_if<config::LocalAction>(&action.method))
        locals_.emplace(action.name, plan_of(action, *local, alias_maps_));
      else
        relays_.emplace(action.name, plan_of(action, std::get<config::RelayAction>(action.method)));
    }
  }

  // With every domain of ours for a recipient that has none, <Postmaster>: RFC 5321 §4.5.1.
  Decision decide(const EnvelopeContext& envelope, const mail::Address& recipient, Freshness freshness,
                  Knowledge& knowledge) const {
    if (!recipient.domain.empty()) return decide_whole(envelope, recipient, freshness, knowledge);
    Decision decision;
    std::vector<std::string> domains = domains_;
    domains.push_back(hostname_);
    for (std::string& domain : domains) {
      decision = decide_whole(envelope, {recipient.local_part, std::move(domain)}, freshness, knowledge);
      if (!decision.refusal || !knowledge.open().empty()) break;
    }
    return decision;
  }

  const Surroundings& surroundings() const { return surroundings_; }

 private:
  Decision decide_whole(const EnvelopeContext& envelope, const mail::Address& recipient, Freshness freshness,
                        Knowledge& knowledge) const {
    Decision decision{.recipient = recipient};
    const auto rule = rules_.find(envelope, recipient, Origin::session, freshness);
    if (!rule) {
      decision.refusal = Refusal::temporary;
      decision.reason = rule.error().detail;
    } else if (*rule == nullptr) {
      decision.refusal = Refusal::relay_denied;
      decision.reason = fmt::format("no rule takes {}", recipient.to_string());
    } else if (!(*rule)->action) {
      decision.refusal = Refusal::rejected;
      decision.rule = (*rule)->position;
      decision.reason = sources_.place((*rule)->position) + ": reject";
    } else {
      const Plan plan{rules_, locals_, relays_, settings_, srs_ ? &*srs_ : nullptr, surroundings_.users};
      Expansion expansion(plan, envelope, freshness, surroundings_.clock.now(), knowledge);
      return expansion.decide(**rule, recipient, sources_);
    }
    return decision;
  }

  const config::Sources sources_;
  const std::string hostname_;
  std::vector<std::string> domains_;
  const Settings settings_;
  const Surroundings surroundings_;
  Lists<tables::AliasMap> alias_maps_;
  const std::optional<Srs> srs_;
  const RuleList rules_;
  tables::StringMap<LocalPlan> locals_;
  tables::StringMap<RelayPlan> relays_;
};

Router::Router(const config::Configuration& configuration, const Settings& settings,
               Surroundings surroundings)
    : state_(std::make_unique<const State>(configuration, settings, std::move(surroundings))) {}

Router::~Router() = default;

Decision Router::decide(const EnvelopeContext& envelope, const mail::Address& recipient) const {
  Knowledge knowledge(*state_->surroundings().outside, Knowledge::Waiting::allowed);
  Decision decision = state_->decide(envelope, recipient, Freshness::usual, knowledge);
  if (needs_fresh_look(decision)) decision = state_->decide(envelope, recipient, Freshness::now, knowledge);
  return decision;
}

Task<Decision> Router::resolve(EnvelopeContext envelope, mail::Address recipient) const {
  const Surroundings& around = state_->surroundings();
  if (around.background == nullptr) co_return decide(envelope, recipient);
  Knowledge knowledge(*around.outside, Knowledge::Waiting::forbidden);
  Freshness freshness = Freshness::usual;
  // Each round follows the recipient as far as what is known leads, and finds out what was missing there.
  for (std::size_t round = 0; round < limits::rounds; ++round) {
    Decision decision = state_->decide(envelope, recipient, freshness, knowledge);
    if (knowledge.open().empty()) {
      if (freshness == Freshness::now || !needs_fresh_look(decision)) co_return decision;
      freshness = Freshness::now;
      continue;
    }
    auto answers = co_await ask(around, knowledge.open());
    if (!answers)
      co_return temporary(std::move(recipient), "too much is waiting to be looked up on this machine");
    knowledge.learn(*std::move(answers));
  }
  co_return temporary(std::move(recipient), "it leads through too many users and files");
}

}  // namespace pillarbox::route
