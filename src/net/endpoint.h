// Where a connection comes from or goes to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace pillarbox::net {

// An IPv4 or IPv6 address with its port, or a Unix socket. IPv4-mapped IPv6 addresses are kept as IPv4.
struct Endpoint {
  enum class Family : std::uint8_t { ipv4, ipv6, local };
  Family family = Family::local;
  std::array<std::uint8_t, 16> address{};  // network order; IPv4 in the first four bytes
  std::uint16_t port = 0;

  bool is_loopback() const;
  std::string address_text() const;  // "192.0.2.1", "2001:db8::1", "local"
  std::string text() const;          // with the port: "192.0.2.1:25", "[2001:db8::1]:25"

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "192.0.2.1" or "2001:db8::1", without brackets; a mapped "::ffff:192.0.2.1" becomes IPv4.
std::optional<Endpoint> parse_address(const std::string& text, std::uint16_t port);

// An IPv4-mapped IPv6 address as the IPv4 address that it stands for; everything else as it is.
Endpoint unmapped(const Endpoint& endpoint);

}  // namespace pillarbox::net
