// Where a connection comes from or goes to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/ip.h"

namespace pillarbox::net {

// An IPv4 or IPv6 address with its port, or a Unix socket. IPv4-mapped IPv6 addresses are kept as IPv4.
struct Endpoint {
  enum class Family : std::uint8_t { ipv4, ipv6, local };
  Family family = Family::local;
  std::array<std::uint8_t, 16> address{};  // network order; IPv4 in the first four bytes
  std::uint16_t port = 0;

  static Endpoint of(const IpAddress& ip, std::uint16_t port);

  std::optional<IpAddress> ip() const;  // nothing for a Unix socket
  bool is_loopback() const;             // a Unix socket is
  std::string address_text() const;     // "192.0.2.1", "2001:db8::1", "local"
  std::string text() const;             // with the port: "192.0.2.1:25", "[2001:db8::1]:25"

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace pillarbox::net
