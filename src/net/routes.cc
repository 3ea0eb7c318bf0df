#include "net/routes.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/descriptor.h"

namespace pillarbox::net {
namespace {

// A datagram socket that is connected has found its route, and sent nothing.
bool can_connect(int family, const sockaddr* to, socklen_t size) {
  const Descriptor probe(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe.is_open()) return errno != EAFNOSUPPORT;
  return ::connect(probe.get(), to, size) == 0 ||
         (errno != ENETUNREACH && errno != EHOSTUNREACH && errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT);
}

}  // namespace

bool has_route(const IpAddress& address) {
  constexpr std::uint16_t any_port = 25;
  if (address.family == IpAddress::Family::ipv4) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(any_port);
    std::copy_n(address.bytes.begin(), sizeof to.sin_addr, reinterpret_cast<std::uint8_t*>(&to.sin_addr));
    return can_connect(AF_INET, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(any_port);
  std::copy_n(address.bytes.begin(), sizeof to.sin6_addr, reinterpret_cast<std::uint8_t*>(&to.sin6_addr));
  return can_connect(AF_INET6, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

}  // namespace pillarbox::net
