// The keys of session tickets, which let a client that comes back skip most of the handshake. OpenSSL's own
// would live as long as the process; these are changed, so that a key that leaks opens little. Inside net
// only.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace pillarbox::net {

struct TicketKey;

// A ticket is taken for two rotations at most. May be used from any thread.
class TicketKeys {
 public:
  TicketKeys();
  ~TicketKeys();

  // The contexts of one server share them, as SNI may change the context in the middle of a handshake. The
  // keys must be there during every handshake.
  void serve(SSL_CTX* context);

  // Inside: for OpenSSL's callback.
  std::shared_ptr<const TicketKey> current();
  std::shared_ptr<const TicketKey> find(std::string_view name);

 private:
  void rotate();

  std::mutex mutex_;
  std::shared_ptr<const TicketKey> current_;  // shared with handshakes under way
  std::shared_ptr<const TicketKey> previous_;
};

}  // namespace pillarbox::net
