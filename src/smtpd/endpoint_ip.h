// Between the two ways of writing down an address: net's, with a port, and that of tables and rules.
#pragma once

#include <optional>

#include "base/ip.h"
#include "net/endpoint.h"

namespace pillarbox::smtpd {

// Nothing for a Unix socket.
inline std::optional<IpAddress> ip_of(const net::Endpoint& endpoint) {
  const auto& bytes = endpoint.address;
  switch (endpoint.family) {
    case net::Endpoint::Family::ipv4: return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
    case net::Endpoint::Family::ipv6: return IpAddress::v6(bytes);
    case net::Endpoint::Family::local: return std::nullopt;
  }
  return std::nullopt;
}

inline net::Endpoint endpoint_of(const IpAddress& ip, std::uint16_t port) {
  const bool is_ipv4 = ip.family == IpAddress::Family::ipv4;
  return {.family = is_ipv4 ? net::Endpoint::Family::ipv4 : net::Endpoint::Family::ipv6,
          .address = ip.bytes,
          .port = port};
}

}  // namespace pillarbox::smtpd
