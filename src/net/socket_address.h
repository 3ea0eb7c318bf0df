// Endpoints as the kernel wants them. Inside net only.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

#include "net/endpoint.h"

namespace pillarbox::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// Requires: not a Unix socket.
SocketAddress socket_address(const Endpoint& endpoint);

// Of a Unix socket; nothing if the path is empty or longer than the kernel takes.
std::optional<SocketAddress> socket_address(const std::string& path);

}  // namespace pillarbox::net
