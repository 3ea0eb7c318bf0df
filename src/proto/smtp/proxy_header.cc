#include "proto/smtp/proxy_header.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

using Result = std::expected<std::optional<ProxyHeader>, ProxyError>;

constexpr std::string_view v1_signature = "PROXY ";
constexpr std::string_view v2_signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t v1_shortest = 15;  // "PROXY UNKNOWN\r\n"
constexpr std::size_t v2_fixed_size = 16;

std::expected<ProxyEndpoint, ProxyError> parse_endpoint(std::string_view address, std::string_view port,
                                                        bool has_colons) {
  const auto ip = parse_ip(address);
  const auto number = parse_decimal(port);
  if (!ip || address.contains(':') != has_colons || !number || *number > 65'535) {
    return std::unexpected(ProxyError::bad_header);
  }
  return ProxyEndpoint{.address = *ip, .port = static_cast<std::uint16_t>(*number)};
}

// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n"
std::expected<ProxyHeader, ProxyError> parse_v1_line(std::string_view line, std::size_t size) {
  const auto words = split(line, ' ');
  ProxyHeader header{.size = size};
  if (words.size() >= 2 && words[1] == "UNKNOWN") return header;  // whatever follows is to be ignored
  if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) {
    return std::unexpected(ProxyError::bad_header);
  }
  const bool is_ipv6 = words[1] == "TCP6";
  header.client = TRY(parse_endpoint(words[2], words[4], is_ipv6));
  TRY(parse_endpoint(words[3], words[5], is_ipv6));
  return header;
}

Result parse_v1(std::string_view pending) {
  const auto end = pending.substr(0, max_proxy_v1).find('\n');
  if (end == std::string_view::npos) {
    if (pending.size() >= max_proxy_v1) return std::unexpected(ProxyError::too_long);
    return std::nullopt;
  }
  if (pending[end - 1] != '\r') return std::unexpected(ProxyError::bad_header);
  return TRY(parse_v1_line(pending.substr(0, end - 1), end + 1));
}

std::size_t v2_length(std::string_view pending) {
  return static_cast<std::size_t>(static_cast<std::uint8_t>(pending[14])) << 8 |
         static_cast<std::uint8_t>(pending[15]);
}

Result parse_v2(std::string_view pending) {
  if (pending.size() < v2_fixed_size) return std::nullopt;
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(pending[i]); };
  const std::size_t length = v2_length(pending);
  if (v2_fixed_size + length > max_proxy_v2) return std::unexpected(ProxyError::too_long);
  constexpr std::uint8_t local = 0x20;
  constexpr std::uint8_t proxied = 0x21;
  if (byte(12) != local && byte(12) != proxied) return std::unexpected(ProxyError::bad_version);
  if (pending.size() < v2_fixed_size + length) return std::nullopt;

  ProxyHeader header{.size = v2_fixed_size + length};
  constexpr std::uint8_t tcp_over_ipv4 = 0x11;
  constexpr std::uint8_t tcp_over_ipv6 = 0x21;
  if (byte(12) == local || (byte(13) != tcp_over_ipv4 && byte(13) != tcp_over_ipv6)) return header;
  const bool is_ipv6 = byte(13) == tcp_over_ipv6;
  const std::size_t address_size = is_ipv6 ? 16 : 4;
  if (length < 2 * address_size + 4) return std::unexpected(ProxyError::bad_header);
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), pending.data() + v2_fixed_size, address_size);
  const std::size_t port_at = v2_fixed_size + 2 * address_size;
  header.client = ProxyEndpoint{
      .address =
          is_ipv6 ? IpAddress::v6(octets) : IpAddress::v4({octets[0], octets[1], octets[2], octets[3]}),
      .port = static_cast<std::uint16_t>(byte(port_at) << 8 | byte(port_at + 1)),
  };
  return header;
}

}  // namespace

Result parse_proxy_header(std::string_view pending) {
  auto begins_like = [&](std::string_view signature) {
    const std::size_t size = std::min(pending.size(), signature.size());
    return pending.substr(0, size) == signature.substr(0, size);
  };
  for (const auto signature : {v1_signature, v2_signature}) {
    if (!begins_like(signature)) continue;
    if (pending.size() < signature.size()) return std::nullopt;
    return signature == v1_signature ? parse_v1(pending) : parse_v2(pending);
  }
  return std::unexpected(ProxyError::not_proxy);
}

std::size_t proxy_bytes_missing(std::string_view pending) {
  if (pending.size() < v1_shortest) return v1_shortest - pending.size();
  if (pending.starts_with(v1_signature)) return 1;
  const std::size_t size =
      pending.size() < v2_fixed_size ? v2_fixed_size : v2_fixed_size + v2_length(pending);
  return size - pending.size();
}

}  // namespace pillarbox::smtp
