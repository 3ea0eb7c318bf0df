// From a recipient to where its mail goes: the match rules, aliases, virtual addresses, users.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "config/configuration.h"
#include "mail/address.h"
#include "route/decision.h"
#include "route/outside.h"
#include "route/settings.h"
#include "tables/tables.h"

namespace pillarbox::route {

// The users that a table lists.
class Users {
 public:
  virtual ~Users() = default;
  // The user as the table writes him if `login` is one of `table`'s, compared without case; looks whether the
  // table has changed before it says no. Unavailable: the table can't be read now.
  virtual std::expected<std::optional<LocalUser>, tables::Unavailable> find(std::string_view table,
                                                                            std::string_view login) = 0;
};

// What a router works with. All outlive it.
struct Surroundings {
  tables::Tables& tables;
  Users& users;
  const Clock& clock;
  std::shared_ptr<Outside> outside;  // shared with work that may go on after the router is gone
  Background* background = nullptr;  // none: whoever asks waits himself
};

// Immutable after construction; may be used from any thread.
class Router {
 public:
  // Copies what it needs from `configuration`. Requires: the configuration was parsed without a mistake.
  Router(const config::Configuration& configuration, const Settings& settings, Surroundings surroundings);
  ~Router();

  // Where mail for `recipient` goes, or why it is refused. The rules are tried in order and the first that
  // matches decides. Whatever the configuration says, an unauthenticated stranger's recipient is never
  // relayed unless the rule itself lists the recipient or the stranger's network. Never blocks the thread.
  Task<Decision> resolve(EnvelopeContext envelope, mail::Address recipient) const;

  // The same, now. May block on the system's users, .forward files and included files.
  Decision decide(const EnvelopeContext& envelope, const mail::Address& recipient) const;

 private:
  class State;
  std::unique_ptr<const State> state_;
};

}  // namespace pillarbox::route
