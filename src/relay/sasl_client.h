// Logging in to a server that relays for us: the client's side of SASL. Pure.
//
// PLAIN (RFC 4616), LOGIN (of no RFC, but everywhere), CRAM-MD5 (RFC 2195), SCRAM-SHA-1 and SCRAM-SHA-256
// (RFC 5802, RFC 7677; without channel binding). User names and passwords are taken as they are: RFC 4013
// would change some that aren't ASCII.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/route.h"

namespace pillarbox::relay {

class SaslClient {
 public:
  virtual ~SaslClient() = default;
  virtual std::string_view mechanism() const = 0;
  // What goes with the AUTH command; nothing for mechanisms in which the server speaks first.
  virtual std::optional<std::string> first() { return std::nullopt; }
  // To a challenge, both without base64. The error says why it can't be answered: the exchange must be
  // cancelled.
  virtual std::expected<std::string, std::string> answer(std::string_view challenge) = 0;
  // The server has shown all that the mechanism asks of it: only then its "235" may be believed.
  virtual bool is_satisfied() const { return true; }
};

// nullptr if there is no such mechanism. `nonce`: printable ASCII without ",", never used twice.
std::unique_ptr<SaslClient> make_sasl_client(std::string_view mechanism, Credentials credentials,
                                             std::string nonce);

// Those of `offered` that we know, the one to try first at the front. Without encryption those are left out
// that give the password to whoever listens.
enum class Secrecy : bool { in_the_clear, encrypted };
std::vector<std::string_view> mechanisms_to_try(const std::vector<std::string>& offered, Secrecy secrecy);

}  // namespace pillarbox::relay
