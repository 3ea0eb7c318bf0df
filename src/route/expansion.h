// One recipient on its way through aliases to destinations. Private to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "mail/address.h"
#include "route/decision.h"
#include "route/router.h"
#include "route/rule_list.h"
#include "route/settings.h"
#include "tables/alias_map.h"

namespace pillarbox::route {

// What a mailbox action looks into.
struct MailboxPlan {
  std::string name;   // of the action
  std::string users;  // the userbase's table
  const List<tables::AliasMap>* virtual_aliases = nullptr;
  const List<tables::AliasMap>* aliases = nullptr;
};

// What does not change while the configuration stands.
struct Plan {
  const RuleList& rules;
  const tables::StringMap<MailboxPlan>& mailboxes;  // by the action's name; every other action relays
  const Settings& settings;
  Users& users;
};

class Expansion {
 public:
  Expansion(const Plan& plan, const EnvelopeContext& envelope, Freshness freshness)
      : plan_(plan), envelope_(envelope), freshness_(freshness) {}

  // Follows `recipient` by `rule`, which matched it.
  void start(const config::Rule& rule, const mail::Address& recipient);

  // Requires: start() was called. Leaves the expansion empty.
  Decision take(const config::Rule& rule, const mail::Address& recipient, const config::Sources& sources);

 private:
  enum class Found : bool { no, yes };

  void to_mailbox(const MailboxPlan& mailbox, const config::Rule& rule, const mail::Address& recipient,
                  std::size_t depth);
  void to_name(const MailboxPlan& mailbox, std::string_view domain, const tables::AliasTarget& target,
               std::size_t depth);
  void to_address(const mail::Address& address, std::size_t depth);
  // Whether `local_part`, whole or without its detail, is an alias or a user.
  Found try_local_part(const MailboxPlan& mailbox, const mail::Address& recipient,
                       std::string_view local_part, std::string_view detail, bool is_ours, std::size_t depth);
  Found try_alias(const MailboxPlan& mailbox, std::string_view local_part, std::string_view domain,
                  std::size_t depth);
  Found try_user(const MailboxPlan& mailbox, std::string_view login, std::string_view detail,
                 std::string_view domain);
  Found try_rest(const MailboxPlan& mailbox, std::string_view domain, std::size_t depth);
  Found follow(const MailboxPlan& mailbox, const std::vector<tables::AliasTarget>* targets, std::string key,
               std::string_view domain, std::size_t depth);
  const tables::AliasMap* open(const List<tables::AliasMap>* list);
  void add(Way way, const mail::Address& address, std::string key);
  void relay(const config::Rule& rule, const mail::Address& address, Origin origin);
  void fail(Refusal refusal, std::string detail);
  bool is_over() const { return failure_ == Refusal::temporary; }
  void note(std::string_view step);

  const Plan& plan_;
  const EnvelopeContext& envelope_;
  Freshness freshness_;
  std::optional<Refusal> failure_;
  std::string detail_;
  std::string trail_;
  std::size_t expanded_ = 0;
  tables::StringSet followed_;  // aliases gone through, each once
  tables::StringSet seen_;      // destinations
  std::vector<Destination> destinations_;
  std::vector<std::shared_ptr<const tables::AliasMap>>
      opened_;  // kept alive while their targets are followed
};

}  // namespace pillarbox::route
