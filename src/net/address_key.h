// Whom we count as one peer: an IPv4 address, or an IPv6 /64, of which anybody has a whole one.
#pragma once

#include <cstdint>

#include "net/endpoint.h"

namespace pillarbox::net {

// 0 for a local socket, which is nobody else than this machine; two peers have the same key if they count as
// one.
std::uint64_t address_key(const Endpoint& peer);

}  // namespace pillarbox::net
