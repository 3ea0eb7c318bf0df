// Who delivers with a user's rights: this process, if it has them, or the supervisor.
#pragma once

#include "base/descriptor.h"
#include "os/delivery_result.h"
#include "os/request.h"

namespace pillarbox::os {

// May be used from any thread; blocks until the delivery has ended.
class Agents {
 public:
  virtual ~Agents() = default;
  // `message`: a descriptor of the whole message, CRLF lines; stays the caller's.
  virtual DeliveryResult deliver(const DeliveryRequest& request, int message) = 0;
};

// With the rights that this process has: for whoever isn't the owner it answers that root is needed.
class OwnAgents final : public Agents {
 public:
  DeliveryResult deliver(const DeliveryRequest& request, int message) override;
};

// Through the supervisor at the other end of `channel`.
class SupervisedAgents final : public Agents {
 public:
  explicit SupervisedAgents(Descriptor channel) : channel_(std::move(channel)) {}
  DeliveryResult deliver(const DeliveryRequest& request, int message) override;

 private:
  const Descriptor channel_;
};

// The deed itself, with the rights of this process. Blocks.
DeliveryResult perform(const DeliveryRequest& request, int message);

}  // namespace pillarbox::os
