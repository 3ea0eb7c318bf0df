#include "net/listening_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/try.h"
#include "net/limits.h"
#include "net/socket_address.h"

namespace pillarbox::net {
namespace {

std::string system_error() { return std::generic_category().message(errno); }

bool switch_on(int descriptor, int level, int option) {
  const int on = 1;
  return ::setsockopt(descriptor, level, option, &on, sizeof(on)) == 0;
}

// Whether a server answers there; a socket file of one that has died doesn't count.
bool is_served(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

}  // namespace

std::expected<Descriptor, std::string> listen_tcp(const Endpoint& endpoint) {
  ASSERT(endpoint.family != Endpoint::Family::local);
  const bool is_ipv6 = endpoint.family == Endpoint::Family::ipv6;
  Descriptor listening(::socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listening.is_open()) return std::unexpected(system_error());
  // Accepted sockets inherit all of these, which saves their calls for each connection.
  const bool is_set = switch_on(listening.get(), SOL_SOCKET, SO_REUSEADDR) &&
                      switch_on(listening.get(), SOL_SOCKET, SO_KEEPALIVE) &&
                      switch_on(listening.get(), IPPROTO_TCP, TCP_NODELAY) &&
                      (!is_ipv6 || switch_on(listening.get(), IPPROTO_IPV6, IPV6_V6ONLY));
  const SocketAddress address = socket_address(endpoint);
  if (!is_set || ::bind(listening.get(), address.get(), address.size) != 0 ||
      ::listen(listening.get(), limits::backlog) != 0) {
    return std::unexpected(system_error());
  }
  return listening;
}

std::expected<Descriptor, std::string> listen_local(const std::string& path, unsigned mode) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return std::unexpected("a socket's path has 1 to 107 bytes");
  }
  std::ranges::copy(path, address.sun_path);
  Descriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listening.is_open()) return std::unexpected(system_error());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listening.get(), generic, sizeof(address)) != 0) {
    struct stat status{};
    const bool is_socket = ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
    if (errno != EADDRINUSE && !is_socket) return std::unexpected(system_error());
    if (!is_socket) return std::unexpected("there is a file of that name that isn't a socket");
    if (is_served(address)) return std::unexpected("another program listens there");
    ::unlink(path.c_str());
    if (::bind(listening.get(), generic, sizeof(address)) != 0) return std::unexpected(system_error());
  }
  if (::chmod(path.c_str(), mode) != 0 || ::listen(listening.get(), limits::backlog) != 0) {
    return std::unexpected(system_error());
  }
  return listening;
}

std::optional<std::string> why_not_listen(const Endpoint& endpoint) {
  const auto listening = listen_tcp(endpoint);
  if (listening) return std::nullopt;
  return listening.error();
}

Endpoint local_endpoint(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return endpoint_of(address);
}

Endpoint endpoint_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &ipv4.sin_addr, octets.size());
    return Endpoint::of(IpAddress::v4(octets), ntohs(ipv4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &ipv6.sin6_addr, octets.size());
    return Endpoint::of(IpAddress::v6(octets), ntohs(ipv6.sin6_port));
  }
  return {};
}

}  // namespace pillarbox::net
