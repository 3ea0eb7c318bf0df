// From a recipient to where its mail goes: the match rules, aliases, virtual addresses, users.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "config/configuration.h"
#include "mail/address.h"
#include "route/decision.h"
#include "route/settings.h"
#include "tables/tables.h"

namespace pillarbox::route {

// Who has a mailbox here.
class Users {
 public:
  virtual ~Users() = default;
  // The login as the table writes it if `login` is a user of `table`, compared without case; looks whether
  // the table has changed before it says no. Unavailable: the table can't be read now.
  virtual std::expected<std::optional<std::string>, tables::Unavailable> find(std::string_view table,
                                                                              std::string_view login) = 0;
};

// Immutable after construction; may be used from any thread.
class Router {
 public:
  // Copies what it needs from `configuration`. `tables` and `users` must outlive it.
  // Requires: the configuration was parsed without a mistake.
  Router(const config::Configuration& configuration, const Settings& settings, tables::Tables& tables,
         Users& users);
  ~Router();

  // Where mail for `recipient` goes, or why it is refused. The rules are tried in order and the first that
  // matches decides. Whatever the configuration says, an unauthenticated stranger's recipient is never
  // relayed unless the rule itself lists the recipient or the stranger's network.
  Task<Decision> resolve(EnvelopeContext envelope, mail::Address recipient) const;

  // The same, now.
  Decision decide(const EnvelopeContext& envelope, const mail::Address& recipient) const;

 private:
  class State;
  std::unique_ptr<const State> state_;
};

}  // namespace pillarbox::route
