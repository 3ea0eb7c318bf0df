// What a configuration's actions mean for routing. Private to this folder.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "config/configuration.h"
#include "route/lists.h"
#include "route/rule_list.h"
#include "route/settings.h"
#include "route/srs.h"
#include "tables/alias_map.h"
#include "tables/keys.h"

namespace pillarbox::route {

class Users;

// An action that ends on this machine.
struct LocalPlan {
  enum class Kind : std::uint8_t {
    mailbox,
    delivery,      // mbox, maildir, lmtp, mda
    forward_only,  // only what goes on to another server
    expand_only,   // only what an alias or .forward names a way for
  };
  std::string name;
  Kind kind = Kind::mailbox;
  std::optional<std::string> users;  // the userbase's table; none: the system's users
  std::string run_as;                // `user NAME`; "" if it wasn't said
  bool needs_no_user = false;        // `lmtp … rcpt-to`: the other server knows its own
  bool is_by_address = false;        // one user's mail for two addresses goes two ways
  std::optional<std::chrono::seconds> ttl;
  const List<tables::AliasMap>* virtual_aliases = nullptr;
  const List<tables::AliasMap>* aliases = nullptr;

  // Whether a user has mail here without a word in `virtual`. In Pillarbox's own store, always: there
  // `virtual` adds names. Elsewhere as in smtpd.conf(5): `virtual` says who there is.
  bool takes_unlisted_users() const { return kind == Kind::mailbox || virtual_aliases == nullptr; }
};

struct RelayPlan {
  std::string name;
  std::optional<std::chrono::seconds> ttl;
  bool rewrites_sender = false;  // `srs`
};

// What does not change while the configuration stands.
struct Plan {
  const RuleList& rules;
  const tables::StringMap<LocalPlan>& locals;  // by the action's name
  const tables::StringMap<RelayPlan>& relays;  // every action is in one of the two
  const Settings& settings;
  const Srs* srs;  // nullptr without `srs key`
  Users& users;
};

LocalPlan plan_of(const config::Action& action, const config::LocalAction& method,
                  Lists<tables::AliasMap>& alias_maps);
RelayPlan plan_of(const config::Action& action, const config::RelayAction& method);

}  // namespace pillarbox::route
