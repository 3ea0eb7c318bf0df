// Sends what the queue hands over to other servers: which ones, in which order, over which connections.
#pragma once

#include <atomic>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/connector.h"
#include "queue/attempt.h"
#include "relay/hosts.h"
#include "relay/pool.h"
#include "relay/route.h"
#include "relay/settings.h"
#include "relay/target.h"

namespace pillarbox::relay {

// May be used from any thread of a reactor; deliver() is finished before it goes.
class Relay final : public queue::Deliverer {
 public:
  // The references outlive it, and its idle connections (Settings::idle_timeout).
  Relay(std::vector<Route> routes, HostFinder& hosts, net::Connector& connector, const Clock& clock,
        const Settings& settings);

  // "example.org" for hosts of the DNS, "smtp.example.net:587" for a smarthost.
  std::string destination(const std::string& action, const std::string& recipient) const override;

  // Host by host until all recipients are decided about. A host that can't be talked to is followed by the
  // next; what a host says of a recipient or the message is final for this attempt.
  Task<std::vector<queue::Outcome>> deliver(queue::Attempt attempt,
                                            std::shared_ptr<store::BodyReader> body) override;

  const Pool& pool() const { return pool_; }

 private:
  using Targets = std::expected<std::vector<Target>, Trouble>;

  const Route* find(const std::string& action) const;
  // Where the route sends a domain's mail, if not where the DNS says.
  static Lookup<Smarthost> smarthost_of(const Route& route, const std::string& domain);
  Task<Targets> targets_of(const Route& route, std::string domain, bool requires_tls);
  Task<Report> send(const Target& target, std::shared_ptr<const Job> job);

  std::map<std::string, Route, std::less<>> routes_;
  HostFinder& hosts_;
  Pool pool_;
  std::atomic<std::uint64_t> turns_ = 0;  // which source address is next
};

}  // namespace pillarbox::relay
