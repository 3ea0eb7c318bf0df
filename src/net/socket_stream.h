// Stream over a socket, with or without TLS. Inside net only: sessions know Stream.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection.h"
#include "net/session_limits.h"
#include "net/stream.h"
#include "net/tls_session.h"

namespace pillarbox::net {

class SocketStream final : public Stream {
 public:
  // Owns `descriptor`, which is non-blocking. Requires: called on the loop's thread.
  SocketStream(Loop& loop, int descriptor, const Endpoint& peer, const Endpoint& local, SessionTicket ticket);
  // Says goodbye in TLS, and keeps the socket until the peer has heard our last word (limits::linger_time).
  ~SocketStream() override;

  Task<void> read_some(std::string& input, std::size_t most) override;
  Task<void> read_some_or_wake(std::string& input, std::size_t most) override;
  std::shared_ptr<Wakeup> wakeup() override;
  Task<void> write(std::string_view bytes) override;
  Task<void> start_tls(const TlsServer& server) override;
  const std::optional<TlsInfo>& tls() const override { return tls_info_; }
  void set_timeout(std::chrono::milliseconds timeout) override { timeout_ = timeout; }
  Task<void> pause(std::chrono::milliseconds duration) override;
  const Endpoint& peer() const override { return peer_; }
  const Endpoint& local() const override { return local_; }
  void set_peer(const Endpoint& peer) override;

 private:
  Task<void> read(std::string& input, std::size_t most, Connection::For what);
  IoResult read_now(std::span<char> into);
  IoResult write_now(std::string_view bytes);
  Deadlines::Clock::time_point deadline() const { return Deadlines::Clock::now() + timeout_; }

  std::shared_ptr<Connection> connection_;  // shared with Wakeup's holders
  std::unique_ptr<TlsSession> tls_session_;
  std::optional<TlsInfo> tls_info_;
  SessionTicket ticket_;
  Endpoint peer_;
  Endpoint local_;
  std::chrono::milliseconds timeout_;
  bool may_have_input_ = false;  // the last read left something: so try before waiting
  bool is_peer_gone_ = false;    // nobody to linger for
};

}  // namespace pillarbox::net
