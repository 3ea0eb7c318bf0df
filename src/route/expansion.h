// One recipient on its way through aliases to destinations. Private to this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "mail/address.h"
#include "route/decision.h"
#include "route/outside.h"
#include "route/plan.h"
#include "route/router.h"
#include "tables/alias_map.h"

namespace pillarbox::route {

class Expansion {
 public:
  // All outlive it. Where `knowledge` has open questions afterwards, the result says nothing.
  Expansion(const Plan& plan, const EnvelopeContext& envelope, Freshness freshness, Time now,
            Knowledge& knowledge)
      : plan_(plan), envelope_(envelope), freshness_(freshness), now_(now), knowledge_(knowledge) {}

  // Follows `recipient` by `rule`, which matched it. Once.
  Decision decide(const config::Rule& rule, const mail::Address& recipient, const config::Sources& sources);

 private:
  using Targets = std::vector<tables::AliasTarget>;

  // Where the way has come to.
  struct Place {
    const LocalPlan& plan;
    mail::Address address;     // the last one on the way
    const LocalUser* of_user;  // whose .forward is followed; nullptr: what the admin wrote
    std::size_t depth;
  };
  enum class Forward : bool { keep, follow };  // what a user's .forward says
  enum class Found : std::uint8_t {
    no,
    yes,
    itself,  // the way has been here, and has come back: a name, not an alias
  };

  void to_address(const mail::Address& address, std::size_t depth);
  void to_local(const LocalPlan& plan, const config::Rule& rule, const mail::Address& address,
                std::size_t depth);
  void to_sender(const mail::Address& recipient, std::size_t depth);
  void to_target(const Place& place, const tables::AliasTarget& target);
  void to_name(const Place& place, const tables::AliasName& target);
  void to_included(const Place& place, const std::string& path);
  void to_user(const Place& place, const LocalUser& user, std::string_view detail, Forward forward);
  void deliver(const Place& place, std::optional<LocalUser> user, std::string_view detail);
  void deliver_by(const Place& place, DeliveryDestination::Means means, const std::string& argument);
  void relay(const config::Rule& rule, const mail::Address& address, Origin origin);

  // Whether `local_part`, whole or without its detail, is an alias or a user.
  Found try_local_part(const Place& place, std::string_view local_part, std::string_view detail,
                       bool is_ours);
  Found try_alias(const Place& place, std::string_view local_part, std::string_view domain);
  Found try_user(const Place& place, std::string_view login, std::string_view detail,
                 Forward forward = Forward::follow);
  Found try_rest(const Place& place);
  // Adds `label` to the way while it follows the targets.
  Found follow(const Place& place, const Targets& targets, std::string key, std::string label);

  // As the userbase or the system has him; nothing if there is none, or if the search has failed or must
  // wait.
  std::optional<LocalUser> find_user(const LocalPlan& plan, std::string_view login);
  const Answer* ask(const Question& question);
  const tables::AliasMap* open(const List<tables::AliasMap>* list);
  std::optional<LocalUser> run_as(const LocalPlan& plan);

  void add(Way way, const mail::Address& address, std::optional<std::chrono::seconds> ttl,
           std::string last_step, std::string key);
  std::string trail(std::string_view last_step) const;
  std::string circle(std::string_view back_to) const;
  // Nothing is decided before somebody has mended something.
  void give_up(std::string detail);
  // One target leads nowhere; the others are followed.
  void dead_end(Refusal refusal, std::string detail);
  bool is_over() const { return has_given_up_ || reply_; }

  const Plan& plan_;
  const EnvelopeContext& envelope_;
  const Freshness freshness_;
  const Time now_;
  Knowledge& knowledge_;

  mail::Address recipient_;
  std::vector<std::string> way_;  // the labels of what is being followed
  tables::StringSet on_way_;      // their keys
  tables::StringSet followed_;    // all that was followed, each once
  tables::StringSet seen_;        // destinations
  std::size_t expanded_ = 0;
  std::vector<Destination> destinations_;
  std::vector<std::shared_ptr<const tables::AliasMap>>
      opened_;  // kept alive while their targets are followed

  bool has_given_up_ = false;
  std::optional<Refusal> failure_;  // of the gravest dead end
  std::string detail_;              // what is wrong there
  std::optional<AliasReply> reply_;
};

}  // namespace pillarbox::route
