// IP addresses and networks as values: what configurations, tables and sessions compare.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox {

// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2) are kept as IPv4, so that one peer
// never has two names.
struct IpAddress {
  enum class Family : std::uint8_t { ipv4, ipv6 };
  Family family = Family::ipv4;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four, the rest zero

  static IpAddress v4(std::array<std::uint8_t, 4> octets);
  static IpAddress v6(const std::array<std::uint8_t, 16>& octets);

  bool is_loopback() const;     // 127.0.0.0/8 or ::1
  bool is_unspecified() const;  // 0.0.0.0 or ::
  std::string text() const;     // "192.0.2.1", "2001:db8::1"

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// "192.0.2.1" or "2001:db8::1", nothing around it.
std::optional<IpAddress> parse_ip(std::string_view text);

// A network in CIDR notation; bits beyond the prefix are zero.
struct IpNetwork {
  IpAddress address;
  unsigned prefix = 0;  // at most 32 or 128

  bool contains(const IpAddress& ip) const;
  std::string text() const;

  friend auto operator<=>(const IpNetwork&, const IpNetwork&) = default;
};

// The network of that size that `ip` is in. Requires: prefix is at most 32 or 128.
IpNetwork network_of(const IpAddress& ip, unsigned prefix);

// "192.0.2.0/24", "2001:db8::/32", or one address, which is a network of itself.
std::optional<IpNetwork> parse_network(std::string_view text);

}  // namespace pillarbox
