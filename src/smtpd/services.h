// What SMTP sessions need of the rest of the server, as narrow as it can be said.
#pragma once

#include "accounts/accounts.h"
#include "base/clock.h"
#include "base/task.h"
#include "net/session_limits.h"
#include "route/decision.h"
#include "smtpd/listener.h"
#include "smtpd/settings.h"
#include "smtpd/trace_id.h"
#include "store/store.h"

namespace pillarbox::smtpd {

// Where mail for a recipient goes. May be used from any thread.
class Routing {
 public:
  virtual ~Routing() = default;
  virtual Task<route::Decision> resolve(route::EnvelopeContext envelope, mail::Address recipient) const = 0;
};

// All of them outlive every session, and may be used from any thread.
struct Services {
  store::Store& store;
  accounts::Accounts& accounts;
  const Routing& routing;
  const net::SessionLimits& sessions;  // how many there are; the listener counts them
  TraceIds& trace_ids;
  const Clock& clock;
};

// What a session is made of besides its stream. Immutable.
struct Door {
  Listener listener;
  Settings settings;
  Services services;
};

}  // namespace pillarbox::smtpd
