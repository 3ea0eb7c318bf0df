#include "net/socket_stream.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <span>
#include <utility>

#include "net/limits.h"
#include "net/listening_socket.h"
#include "net/tls.h"
#include "net/tls_client.h"

namespace pillarbox::net {
namespace {

using For = Connection::For;

constexpr std::chrono::milliseconds default_timeout{300'000};

// Where every read of the thread lands first, so that no session holds a buffer while it waits.
std::span<char> scratch() {
  thread_local std::array<char, limits::read_bytes> buffer;
  return buffer;
}

// Reads and throws away until the peer has closed too: had we closed with bytes unread, the kernel would send
// a reset, and the peer could lose our last reply (RFC 1122 §4.2.2.13).
// Meanwhile the session still counts: its descriptor is one.
Task<void> linger(std::shared_ptr<Connection> connection, [[maybe_unused]] SessionTicket ticket) {
  const auto deadline = Deadlines::Clock::now() + limits::linger_time;
  std::size_t thrown_away = 0;
  while (thrown_away < limits::linger_bytes) {
    const auto outcome = co_await connection->wait(For::input, deadline);
    if (outcome != Connection::Outcome::ready) break;
    const IoResult result = receive(connection->descriptor(), scratch());
    if (result.state == IoState::end_of_stream) break;
    thrown_away += result.bytes;
  }
  connection->close();
}

// What became of a connect() that was under way: nothing yet, 0, or its errno.
std::optional<int> connect_state(int descriptor) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  if (error != 0) return error;
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof(peer);
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) return 0;
  if (errno == ENOTCONN) return std::nullopt;  // woken too early
  return errno;
}

}  // namespace

SocketStream::SocketStream(Loop& loop, int descriptor, const Endpoint& peer, const Endpoint& local,
                           SessionTicket ticket)
    : connection_(std::make_shared<Connection>(loop, descriptor)),
      ticket_(std::move(ticket)),
      peer_(peer),
      local_(local),
      timeout_(default_timeout) {}

SocketStream::~SocketStream() {
  if (is_counted_) --connection_->loop().sessions;
  if (tls_session_) tls_session_->say_goodbye();
  if (is_peer_gone_ || connection_->loop().phase() == Loop::Phase::cutting) {
    connection_->close();
    return;
  }
  ::shutdown(connection_->descriptor(), SHUT_WR);
  auto& context = connection_->loop().context();
  boost::asio::co_spawn(context, linger(std::move(connection_), std::move(ticket_)), boost::asio::detached);
}

Task<void> SocketStream::read_some(std::string& input, std::size_t most) {
  return read(input, most, For::input);
}

Task<void> SocketStream::read_some_or_wake(std::string& input, std::size_t most) {
  return read(input, most, For::input_or_notice);
}

Task<void> SocketStream::read(std::string& input, std::size_t most, For what) {
  const auto into = scratch().first(std::min(most, limits::read_bytes));
  const auto last = deadline();
  if (!connection_->may_go_on()) Connection::settle(co_await connection_->wait(For::turn, last));
  IoState needs = may_have_input_ ? IoState::done : IoState::needs_input;
  for (;;) {
    if (needs != IoState::done) {
      const auto outcome = co_await connection_->wait(needs == IoState::needs_room ? For::room : what, last);
      if (Connection::settle(outcome) == Connection::Wake::notified) co_return;
    }
    const IoResult result = read_now(into);
    if (result.state == IoState::done) {
      // Asio's readiness comes by edges: once a read came back short, nothing is left until it tells again.
      may_have_input_ = result.bytes == into.size() || (tls_session_ && tls_session_->has_buffered_input());
      input.append(into.data(), result.bytes);
      co_return;
    }
    may_have_input_ = false;
    needs = result.state;
    if (needs == IoState::end_of_stream) {
      is_peer_gone_ = true;
      throw Closed();
    }
  }
}

Task<void> SocketStream::write(std::string_view bytes) {
  const auto per_second = std::chrono::seconds(bytes.size() / limits::slowest_reader);
  const auto last = deadline() + per_second;
  while (!bytes.empty()) {
    if (!connection_->may_go_on()) Connection::settle(co_await connection_->wait(For::turn, last));
    const IoResult result = write_now(bytes);
    if (result.state == IoState::done) {
      bytes.remove_prefix(result.bytes);
      continue;
    }
    if (result.state == IoState::end_of_stream) {
      is_peer_gone_ = true;
      throw Closed();
    }
    const auto what = result.state == IoState::needs_room ? For::room : For::input;
    const auto outcome = co_await connection_->wait(what, std::min(last, deadline()));
    is_peer_gone_ = outcome == Connection::Outcome::timed_out;  // it wouldn't hear a last word either
    Connection::settle(outcome);
  }
}

Task<void> SocketStream::start_tls(const TlsServer& server) {
  const auto context = server.context();
  if (!context) throw TlsFailed("no certificate is configured");
  co_await shake_hands(std::make_unique<TlsSession>(context.get(), connection_->descriptor()));
}

Task<void> SocketStream::start_tls(const TlsClient& client, TlsPeer peer) {
  const auto context = client.context();
  if (!context) throw TlsFailed("TLS isn't set up");
  co_await shake_hands(std::make_unique<TlsSession>(context.get(), connection_->descriptor(), peer.name));
  tls_info_->distrust = tls_session_->distrust(peer.name);
  if (peer.verify == TlsPeer::Verify::yes && !tls_info_->distrust.empty())
    throw TlsFailed(tls_info_->distrust);
}

Task<void> SocketStream::shake_hands(std::unique_ptr<TlsSession> session) {
  const auto last = deadline();
  if (tls_session_) throw TlsFailed("TLS is active already");
  tls_session_ = std::move(session);
  for (;;) {
    auto state = tls_session_->handshake();
    if (!state) throw TlsFailed(std::move(state).error());
    if (*state == IoState::done) break;
    const auto what = *state == IoState::needs_room ? For::room : For::input;
    Connection::settle(co_await connection_->wait(what, last));
  }
  tls_info_ = tls_session_->info();
  may_have_input_ = tls_session_->has_buffered_input();
}

Task<int> SocketStream::finish_connect() {
  const auto last = deadline();
  for (;;) {
    const auto outcome = co_await connection_->wait(For::room, last);
    is_peer_gone_ = outcome != Connection::Outcome::ready;  // nobody has heard of us: nothing to linger for
    Connection::settle(outcome);
    if (const auto error = connect_state(connection_->descriptor())) {
      is_peer_gone_ = *error != 0;
      co_return *error;
    }
  }
}

void SocketStream::count_as_session() {
  if (!std::exchange(is_counted_, true)) ++connection_->loop().sessions;
}

void SocketStream::find_local() { local_ = local_endpoint(connection_->descriptor()); }

Task<void> SocketStream::pause(std::chrono::milliseconds duration) {
  const auto outcome = co_await connection_->wait(For::time, Deadlines::Clock::now() + duration);
  if (outcome != Connection::Outcome::timed_out) Connection::settle(outcome);
}

std::shared_ptr<Wakeup> SocketStream::wakeup() { return connection_; }

void SocketStream::set_peer(const Endpoint& peer) {
  if (!ticket_.move_to(peer)) throw Closed();
  peer_ = peer;
}

IoResult SocketStream::read_now(std::span<char> into) {
  return tls_session_ ? tls_session_->read(into) : receive(connection_->descriptor(), into);
}

IoResult SocketStream::write_now(std::string_view bytes) {
  return tls_session_ ? tls_session_->write(bytes) : send_bytes(connection_->descriptor(), bytes);
}

}  // namespace pillarbox::net
