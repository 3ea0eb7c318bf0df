#include "net/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

namespace pillarbox::net {

bool Endpoint::is_loopback() const {
  switch (family) {
    case Family::local: return true;
    case Family::ipv4: return address[0] == 127;
    case Family::ipv6: return address == std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  }
  return false;
}

std::string Endpoint::address_text() const {
  if (family == Family::local) return "local";
  char text[INET6_ADDRSTRLEN];
  inet_ntop(family == Family::ipv4 ? AF_INET : AF_INET6, address.data(), text, sizeof(text));
  return text;
}

std::string Endpoint::text() const {
  switch (family) {
    case Family::local: return "local";
    case Family::ipv4: return fmt::format("{}:{}", address_text(), port);
    case Family::ipv6: return fmt::format("[{}]:{}", address_text(), port);
  }
  return "local";
}

std::optional<Endpoint> parse_address(const std::string& text, std::uint16_t port) {
  Endpoint endpoint{.port = port};
  if (inet_pton(AF_INET, text.c_str(), endpoint.address.data()) == 1) {
    endpoint.family = Endpoint::Family::ipv4;
    return endpoint;
  }
  if (inet_pton(AF_INET6, text.c_str(), endpoint.address.data()) == 1) {
    endpoint.family = Endpoint::Family::ipv6;
    return unmapped(endpoint);
  }
  return std::nullopt;
}

Endpoint unmapped(const Endpoint& endpoint) {
  constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (endpoint.family != Endpoint::Family::ipv6) return endpoint;
  if (!std::equal(mapped_prefix.begin(), mapped_prefix.end(), endpoint.address.begin())) return endpoint;
  Endpoint result{.family = Endpoint::Family::ipv4, .port = endpoint.port};
  std::copy(endpoint.address.begin() + 12, endpoint.address.end(), result.address.begin());
  return result;
}

}  // namespace pillarbox::net
