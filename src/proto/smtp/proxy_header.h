// The header by which a proxy in front of us says for whom it speaks: the PROXY protocol of HAProxy, versions
// 1 (text) and 2 (binary). Pure.
//
// It comes before everything else, TLS included, and says who the peer is: only listed proxies may be
// believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/ip.h"

namespace pillarbox::smtp {

enum class ProxyError {
  not_proxy,    // these bytes don't begin a PROXY header
  bad_header,   // they do, but then it isn't well formed
  too_long,     // over max_proxy_v1 or max_proxy_v2
  bad_version,  // of the binary form: neither LOCAL nor PROXY of version 2
};

struct ProxyEndpoint {
  IpAddress address;
  std::uint16_t port = 0;
  friend bool operator==(const ProxyEndpoint&, const ProxyEndpoint&) = default;
};

struct ProxyHeader {
  std::size_t size = 0;  // what to take off the front of the received bytes
  // The client behind the proxy. None when the proxy speaks for itself (LOCAL, a health check) or doesn't
  // know (UNKNOWN, or a family that isn't TCP over IP): then the connection's own peer stands.
  std::optional<ProxyEndpoint> client;
};

// Reads the header at the start of `pending`; nothing if it hasn't arrived whole.
std::expected<std::optional<ProxyHeader>, ProxyError> parse_proxy_header(std::string_view pending);

// How many more bytes may be read without going past the header's end; at least one.
// Requires: parse_proxy_header(pending) gave nothing.
std::size_t proxy_bytes_missing(std::string_view pending);

}  // namespace pillarbox::smtp
