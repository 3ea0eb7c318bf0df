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

  // Waits until the connection that the socket has begun is there: 0, or the errno of its failure. Throws
  // Timeout, and Closed when the reactor ends.
  Task<int> finish_connect();
  // From now on it counts among its loop's sessions, so that a shutdown waits for it.
  void count_as_session();
  // Asks the kernel which end is ours.
  void find_local();

  Task<void> read_some(std::string& input, std::size_t most) override;
  Task<void> read_some_or_wake(std::string& input, std::size_t most) override;
  std::shared_ptr<Wakeup> wakeup() override;
  Task<void> write(std::string_view bytes) override;
  Task<void> start_tls(const TlsServer& server) override;
  Task<void> start_tls(const TlsClient& client, TlsPeer peer) override;
  const std::optional<TlsInfo>& tls() const override { return tls_info_; }
  void set_timeout(std::chrono::milliseconds timeout) override { timeout_ = timeout; }
  Task<void> pause(std::chrono::milliseconds duration) override;
  const Endpoint& peer() const override { return peer_; }
  const Endpoint& local() const override { return local_; }
  void set_peer(const Endpoint& peer) override;

 private:
  Task<void> read(std::string& input, std::size_t most, Connection::For what);
  Task<void> shake_hands(std::unique_ptr<TlsSession> session);
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
  bool is_counted_ = false;
};

}  // namespace pillarbox::net
