// Whether this machine could reach an address at all.
#pragma once

#include "base/ip.h"

namespace pillarbox::net {

// Asks the kernel for a route; nothing is sent. True if it can't be told.
bool has_route(const IpAddress& address);

}  // namespace pillarbox::net
