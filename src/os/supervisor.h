// The part that keeps root: it delivers with users' rights what the server asks for, and nothing else.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "os/request.h"

namespace pillarbox::os {

// Why a request is refused; nothing: it may be done. The server may have been taken over: what the
// configuration doesn't name is refused.
using MayDeliver = std::function<std::optional<std::string>(const DeliveryRequest&)>;

struct SupervisorOptions {
  int channel = -1;  // the other end of SupervisedAgents'
  MayDeliver may_deliver;
  unsigned most_at_once = 20;  // others wait
};

// Takes requests until the server's end of the channel is closed, then waits for the deliveries under way.
// Each one is a process of its own that has given up all other rights before it touches anything. Never as
// root.
void supervise(const SupervisorOptions& options);

}  // namespace pillarbox::os
