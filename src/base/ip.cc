#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace pillarbox {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

void clear_beyond(IpAddress& address, unsigned prefix) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = prefix > i * 8 ? std::min(8u, prefix - i * 8) : 0;
    address.bytes[i] &= static_cast<std::uint8_t>(0xFF00u >> kept);
  }
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) {
  IpAddress result;
  std::ranges::copy(octets, result.bytes.begin());
  return result;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& octets) {
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets.begin())) {
    return v4({octets[12], octets[13], octets[14], octets[15]});
  }
  return {Family::ipv6, octets};
}

bool IpAddress::is_loopback() const {
  if (family == Family::ipv4) return bytes[0] == 127;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; }) && bytes[15] == 1;
}

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(bytes, [](auto b) { return b == 0; });
}

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN];
  const int inet_family = family == Family::ipv4 ? AF_INET : AF_INET6;
  return inet_ntop(inet_family, bytes.data(), buffer, sizeof buffer) != nullptr ? buffer : "";
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.contains('\0')) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> octets;
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return IpAddress::v4(octets);
  std::array<std::uint8_t, 16> bytes;
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return IpAddress::v6(bytes);
  return std::nullopt;
}

bool IpNetwork::contains(const IpAddress& ip) const {
  return ip.family == address.family && network_of(ip, prefix).address == address;
}

IpNetwork network_of(const IpAddress& ip, unsigned prefix) {
  IpNetwork network{ip, prefix};
  clear_beyond(network.address, prefix);
  return network;
}

std::string IpNetwork::text() const { return address.text() + "/" + std::to_string(prefix); }

std::optional<IpNetwork> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned most = address->family == IpAddress::Family::ipv4 ? 32 : 128;
  IpNetwork network{*address, most};
  if (slash != std::string_view::npos) {
    const auto prefix = parse_decimal(text.substr(slash + 1));
    if (!prefix || *prefix > most) return std::nullopt;
    network.prefix = static_cast<unsigned>(*prefix);
  }
  clear_beyond(network.address, network.prefix);
  return network;
}

}  // namespace pillarbox
