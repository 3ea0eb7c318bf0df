#include "net/socket_address.h"

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "base/try.h"

namespace pillarbox::net {

SocketAddress socket_address(const Endpoint& endpoint) {
  ASSERT(endpoint.family != Endpoint::Family::local);
  SocketAddress result;
  if (endpoint.family == Endpoint::Family::ipv4) {
    auto& address = reinterpret_cast<sockaddr_in&>(result.storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.data(), sizeof(address.sin_addr));
    result.size = sizeof(address);
  } else {
    auto& address = reinterpret_cast<sockaddr_in6&>(result.storage);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    std::memcpy(&address.sin6_addr, endpoint.address.data(), sizeof(address.sin6_addr));
    result.size = sizeof(address);
  }
  return result;
}

std::optional<SocketAddress> socket_address(const std::string& path) {
  SocketAddress result;
  auto& address = reinterpret_cast<sockaddr_un&>(result.storage);
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  result.size = sizeof(address);
  return result;
}

}  // namespace pillarbox::net
