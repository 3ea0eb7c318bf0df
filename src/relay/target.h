// One server to talk to, and how.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/connector.h"
#include "relay/route.h"

namespace pillarbox::relay {

struct Target {
  net::Destination where;
  std::string name;  // what its certificate must be for: "mx.example.org", "192.0.2.1"
  Protocol protocol = Protocol::smtp;
  bool is_implicit_tls = false;
  TlsPolicy tls = TlsPolicy::opportunistic;
  std::shared_ptr<const net::TlsClient> tls_client;  // not null
  std::string helo;
  // The name that goes with the address we turn out to connect from, instead of `helo`; may be empty.
  std::function<Lookup<std::string>(const IpAddress& source)> helo_of = nullptr;
  std::optional<Credentials> credentials = {};
  std::string action = {};  // whose mail it is for

  // For logs and reports: "mx.example.org [192.0.2.1]", with ":2525" behind it if the port isn't the usual
  // one; of a socket its path.
  std::string text() const;

  // Connections with equal keys can serve for one another.
  std::string key() const;
};

}  // namespace pillarbox::relay
