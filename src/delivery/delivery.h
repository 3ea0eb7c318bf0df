// Delivers what the queue holds for users of this machine: mboxes, Maildirs, commands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "delivery/settings.h"
#include "net/worker_pool.h"
#include "os/agents.h"
#include "queue/attempt.h"

namespace pillarbox::delivery {

class Delivery final : public queue::Deliverer {
 public:
  // All of them must outlive it. `workers` wait for commands for as long as these run: give it threads of its
  // own. `spool` is a folder for messages on their way, which have no name there.
  Delivery(const config::Configuration& configuration, const Settings& settings, os::Agents& agents,
           net::WorkerPool& workers, std::string spool);

  // One recipient at a time goes into an mbox or Maildir; others don't wait for him.
  std::string destination(const std::string& action, const std::string& recipient) const override;
  Task<std::vector<queue::Outcome>> deliver(queue::Attempt attempt,
                                            std::shared_ptr<store::BodyReader> body) override;

 private:
  Task<queue::Outcome> deliver_to(const queue::Envelope& envelope, const queue::Recipient& recipient,
                                  store::BodyReader& body);

  const config::Configuration& configuration_;
  const Settings settings_;
  os::Agents& agents_;
  net::WorkerPool& workers_;
  const std::string spool_;
};

}  // namespace pillarbox::delivery
