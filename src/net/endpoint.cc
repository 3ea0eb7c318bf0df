#include "net/endpoint.h"

#include <fmt/format.h>

namespace pillarbox::net {

Endpoint Endpoint::of(const IpAddress& ip, std::uint16_t port) {
  const bool is_ipv4 = ip.family == IpAddress::Family::ipv4;
  return {.family = is_ipv4 ? Family::ipv4 : Family::ipv6, .address = ip.bytes, .port = port};
}

std::optional<IpAddress> Endpoint::ip() const {
  switch (family) {
    case Family::ipv4: return IpAddress::v4({address[0], address[1], address[2], address[3]});
    case Family::ipv6: return IpAddress::v6(address);
    case Family::local: return std::nullopt;
  }
  return std::nullopt;
}

bool Endpoint::is_loopback() const {
  const auto address_only = ip();
  return !address_only || address_only->is_loopback();
}

std::string Endpoint::address_text() const {
  const auto address_only = ip();
  return address_only ? address_only->text() : "local";
}

std::string Endpoint::text() const {
  switch (family) {
    case Family::ipv4: return fmt::format("{}:{}", address_text(), port);
    case Family::ipv6: return fmt::format("[{}]:{}", address_text(), port);
    case Family::local: return "local";
  }
  return "local";
}

}  // namespace pillarbox::net
