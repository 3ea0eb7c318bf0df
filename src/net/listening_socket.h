// Sockets that listen, made before the process gives up its rights.
#pragma once

#include <sys/socket.h>

#include <expected>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "net/endpoint.h"

namespace pillarbox::net {

// A non-blocking TCP socket bound to that address and port (0: any free one) and listening. An IPv6 socket
// takes no IPv4: `all` is two sockets. The error is the system's text: "Address already in use".
std::expected<Descriptor, std::string> listen_tcp(const Endpoint& endpoint);

// A Unix socket that everybody may connect to, or with `mode` fewer. A socket file that nobody listens on any
// more is replaced.
std::expected<Descriptor, std::string> listen_local(const std::string& path, unsigned mode = 0666);

// Why listen_tcp would fail, or nothing if it wouldn't.
std::optional<std::string> why_not_listen(const Endpoint& endpoint);

// Where a socket is bound.
Endpoint local_endpoint(int descriptor);
// From what accept() filled in.
Endpoint endpoint_of(const sockaddr_storage& address);

}  // namespace pillarbox::net
