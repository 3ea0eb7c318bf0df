#include "relay/target.h"

#include <fmt/format.h>

#include "crypto/digest.h"

namespace pillarbox::relay {

std::string Target::text() const {
  if (!where.socket_path.empty()) return where.socket_path;
  const std::string address = where.endpoint.address_text();
  const std::string port = where.endpoint.port == 25 ? "" : fmt::format(":{}", where.endpoint.port);
  if (name == address || name.empty()) return fmt::format("[{}]{}", address, port);
  return fmt::format("{} [{}]{}", name, address, port);
}

std::string Target::key() const {
  // Fields can't run into one another: none has a line break. Passwords come as a digest, so that they aren't
  // kept longer than needed.
  std::string key =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}{}{}\n{}", action, where.endpoint.text(), where.socket_path,
                  where.source ? where.source->text() : "", name, static_cast<int>(protocol),
                  is_implicit_tls ? 1 : 0, static_cast<int>(tls), helo);
  key += fmt::format("\n{}", static_cast<const void*>(tls_client.get()));
  if (credentials) {
    key += '\n' + credentials->user + '\n' +
           crypto::hmac(crypto::Digest::sha256, credentials->user, credentials->password);
  }
  return key;
}

}  // namespace pillarbox::relay
