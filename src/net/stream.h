// One connection as a session sees it: bytes in, bytes out, TLS, deadlines. TCP, Unix sockets, and memory in
// tests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/endpoint.h"

namespace pillarbox::net {

// The conversation is over: thrown by Stream only, caught by the listener only (docs/adr/0003).
class ConversationOver : public std::exception {};
class Closed final : public ConversationOver {
 public:
  const char* what() const noexcept override { return "connection closed by peer"; }
};
class Timeout final : public ConversationOver {
 public:
  const char* what() const noexcept override { return "timed out"; }
};
// The server is stopping: a session may catch it to say 421 or BYE, then lets it go on.
class Shutdown final : public ConversationOver {
 public:
  const char* what() const noexcept override { return "server is shutting down"; }
};
class TlsFailed final : public ConversationOver {
 public:
  explicit TlsFailed(std::string reason) : reason_(std::move(reason)) {}
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

// Wakes a session that waits for its peer, from any thread. It stays set until the wait that it ends.
class Wakeup {
 public:
  virtual ~Wakeup() = default;
  virtual void notify() = 0;
};

// What the handshake agreed on.
struct TlsInfo {
  std::string version;      // "TLSv1.3"
  std::string cipher;       // "TLS_AES_256_GCM_SHA384"
  std::string server_name;  // SNI, "" if none was sent
  // At the client's side: why the server's certificate doesn't prove that it is who it should be; "" if it
  // does.
  std::string distrust = {};
};

class TlsServer;  // net/tls.h: certificates and settings of a listener
class TlsClient;  // net/tls_client.h: whom a client trusts

// Whom a client wants to talk to.
struct TlsPeer {
  std::string name;  // a host's name or an address: what its certificate must be for, and SNI
  enum class Verify : std::uint8_t {
    no,   // any certificate will do: against eavesdroppers only
    yes,  // or the handshake fails
  };
  Verify verify = Verify::yes;
};

class Stream {
 public:
  virtual ~Stream() = default;

  // Waits for bytes and appends what is there, at most `most`, to `input`. No buffer is held while waiting.
  // Throws Closed at the end of the stream, Timeout when the deadline passes first.
  virtual Task<void> read_some(std::string& input, std::size_t most) = 0;

  // As read_some, but also returns, with nothing appended, when `wakeup()` was notified.
  virtual Task<void> read_some_or_wake(std::string& input, std::size_t most) = 0;

  // Of this stream, for whoever shall end read_some_or_wake; shared so that a late notify() hits nothing.
  virtual std::shared_ptr<Wakeup> wakeup() = 0;

  // All of `bytes`. Throws Timeout when the peer doesn't take them in time.
  virtual Task<void> write(std::string_view bytes) = 0;

  // The server's side of a handshake. Requires: the caller has thrown away what it had read before (RFC 3207
  // §4.2). Throws TlsFailed.
  virtual Task<void> start_tls(const TlsServer& server) = 0;
  // The client's side, likewise. Throws TlsFailed with the reason; nothing but the handshake was sent then.
  virtual Task<void> start_tls(const TlsClient& client, TlsPeer peer) = 0;
  virtual const std::optional<TlsInfo>& tls() const = 0;

  // How long each of the following waits may take.
  virtual void set_timeout(std::chrono::milliseconds timeout) = 0;

  // Waits without reading: for slowing a peer down.
  virtual Task<void> pause(std::chrono::milliseconds duration) = 0;

  virtual const Endpoint& peer() const = 0;
  virtual const Endpoint& local() const = 0;
  // The peer that a trusted proxy speaks for (PROXY protocol).
  virtual void set_peer(const Endpoint& peer) = 0;
};

}  // namespace pillarbox::net
