#include "net/memory_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <limits>
#include <utility>

#include "net/wait_point.h"

namespace pillarbox::net {
namespace {

enum class Wake { ready, notified, timed_out, shut_down };

}  // namespace

struct MemoryConnection final : public Wakeup, public std::enable_shared_from_this<MemoryConnection> {
  enum class Waiting { nothing, input, input_or_notice, room };

  explicit MemoryConnection(boost::asio::io_context& loop) : loop(loop) {}

  boost::asio::io_context& loop;
  Endpoint peer;
  Endpoint local;

  std::string input;   // sent, not yet read
  std::string output;  // written, not yet taken
  bool is_closed_by_client = false;
  bool is_stalled = false;
  bool is_shut_down = false;
  std::size_t largest_read = std::numeric_limits<std::size_t>::max();
  std::size_t operations = 0;
  std::size_t cut_at = std::numeric_limits<std::size_t>::max();
  std::string tls_server_name;
  std::optional<std::string> tls_failure;
  std::string tls_distrust;

  std::optional<TlsInfo> tls;
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds paused{0};

  std::atomic<bool> is_notified = false;
  Waiting waiting = Waiting::nothing;
  WaitPoint<Wake> wait_point;

  bool is_opened = false;  // by open(): there is no session, only a stream
  bool is_over = false;
  bool has_failed = false;
  std::string reason;

  void notify() override {
    if (is_notified.exchange(true)) return;
    boost::asio::post(loop, [self = shared_from_this()] { self->look_again(); });
  }

  // What the wait would end with now, if it would.
  std::optional<Wake> ready(Waiting what) {
    const bool is_read = what != Waiting::room;
    if (is_read && is_shut_down) return Wake::shut_down;
    if (is_read && (!input.empty() || is_closed_by_client)) return Wake::ready;
    if (what == Waiting::input_or_notice && is_notified.exchange(false)) return Wake::notified;
    if (!is_read && (!is_stalled || is_closed_by_client)) return Wake::ready;
    return std::nullopt;
  }

  void look_again() {
    if (waiting == Waiting::nothing) return;
    if (const auto wake = ready(waiting)) end_wait(*wake);
  }

  void end_wait(Wake wake) {
    waiting = Waiting::nothing;
    // Never inside the test's own call, so that what it does next is seen by a session as one event.
    boost::asio::post(loop, [self = shared_from_this(), wake] {
      if (self->wait_point.is_waited()) self->wait_point.complete(wake);
    });
  }

  Task<Wake> wait(Waiting what) {
    if (const auto wake = ready(what)) co_return *wake;
    waiting = what;
    const Wake wake = co_await wait_point.wait();
    if (wake == Wake::timed_out) throw Timeout();
    co_return wake;
  }

  void begin_operation() {
    if (operations++ >= cut_at) throw Closed();
  }
};

namespace {

class MemoryStream final : public Stream {
 public:
  explicit MemoryStream(std::shared_ptr<MemoryConnection> connection) : connection_(std::move(connection)) {}
  ~MemoryStream() override {
    if (connection_->is_opened) connection_->is_over = true;
  }

  Task<void> read_some(std::string& input, std::size_t most) override {
    co_await read(input, most, MemoryConnection::Waiting::input);
  }

  Task<void> read_some_or_wake(std::string& input, std::size_t most) override {
    co_await read(input, most, MemoryConnection::Waiting::input_or_notice);
  }

  std::shared_ptr<Wakeup> wakeup() override { return connection_; }

  Task<void> write(std::string_view bytes) override {
    connection_->begin_operation();
    co_await connection_->wait(MemoryConnection::Waiting::room);
    if (connection_->is_closed_by_client) throw Closed();
    connection_->output += bytes;
  }

  Task<void> start_tls(const TlsServer&) override { return shake_hands(); }

  Task<void> start_tls(const TlsClient&, TlsPeer peer) override {
    co_await shake_hands();
    connection_->tls->server_name = peer.name;
    connection_->tls->distrust = connection_->tls_distrust;
    if (peer.verify == TlsPeer::Verify::yes && !connection_->tls_distrust.empty()) {
      throw TlsFailed(connection_->tls_distrust);
    }
  }

  const std::optional<TlsInfo>& tls() const override { return connection_->tls; }
  void set_timeout(std::chrono::milliseconds timeout) override { connection_->timeout = timeout; }

  Task<void> pause(std::chrono::milliseconds duration) override {
    connection_->paused += duration;
    if (connection_->is_shut_down) throw Shutdown();
    co_return;
  }

  const Endpoint& peer() const override { return connection_->peer; }
  const Endpoint& local() const override { return connection_->local; }
  void set_peer(const Endpoint& peer) override { connection_->peer = peer; }

 private:
  Task<void> shake_hands() {
    connection_->begin_operation();
    if (connection_->tls_failure) throw TlsFailed(*connection_->tls_failure);
    connection_->tls = TlsInfo{.version = "TLSv1.3",
                               .cipher = "TLS_AES_256_GCM_SHA384",
                               .server_name = connection_->tls_server_name};
    co_return;
  }

  Task<void> read(std::string& input, std::size_t most, MemoryConnection::Waiting waiting) {
    connection_->begin_operation();
    const Wake wake = co_await connection_->wait(waiting);
    if (wake == Wake::shut_down) throw Shutdown();
    if (wake == Wake::notified) co_return;
    if (connection_->input.empty()) throw Closed();
    const std::size_t size = std::min({most, connection_->largest_read, connection_->input.size()});
    input.append(connection_->input, 0, size);
    connection_->input.erase(0, size);
  }

  std::shared_ptr<MemoryConnection> connection_;
};

Task<void> run_session(MemoryServer::Session session, std::shared_ptr<MemoryConnection> connection) {
  try {
    co_await session(std::make_unique<MemoryStream>(connection));
  } catch (const ConversationOver& over) {
    connection->reason = over.what();
  } catch (const std::exception& bug) {
    connection->reason = bug.what();
    connection->has_failed = true;
  }
  connection->is_over = true;
}

}  // namespace

MemoryClient::MemoryClient(std::shared_ptr<MemoryConnection> connection)
    : connection_(std::move(connection)) {}
MemoryClient::MemoryClient(MemoryClient&&) noexcept = default;
MemoryClient& MemoryClient::operator=(MemoryClient&&) noexcept = default;
MemoryClient::~MemoryClient() {
  if (connection_) close();
}

void MemoryClient::send(std::string_view bytes) {
  connection_->input += bytes;
  connection_->look_again();
}

void MemoryClient::close() {
  connection_->is_closed_by_client = true;
  connection_->look_again();
}

std::string MemoryClient::take_output() { return std::exchange(connection_->output, {}); }
const std::string& MemoryClient::output() const { return connection_->output; }
void MemoryClient::set_largest_read(std::size_t bytes) { connection_->largest_read = bytes; }
void MemoryClient::cut_after(std::size_t operations) {
  connection_->cut_at = connection_->operations + operations;
}
std::size_t MemoryClient::operations() const { return connection_->operations; }
void MemoryClient::stop_reading() { connection_->is_stalled = true; }

void MemoryClient::expire() {
  ASSERT(is_waiting());
  connection_->end_wait(Wake::timed_out);
}

void MemoryClient::set_tls_server_name(std::string name) { connection_->tls_server_name = std::move(name); }
void MemoryClient::set_tls_failure(std::string reason) { connection_->tls_failure = std::move(reason); }
void MemoryClient::set_tls_distrust(std::string reason) { connection_->tls_distrust = std::move(reason); }
bool MemoryClient::is_waiting() const { return connection_->waiting != MemoryConnection::Waiting::nothing; }
std::chrono::milliseconds MemoryClient::timeout() const { return connection_->timeout; }
std::chrono::milliseconds MemoryClient::paused() const { return connection_->paused; }
bool MemoryClient::is_tls() const { return connection_->tls.has_value(); }
bool MemoryClient::is_over() const { return connection_->is_over; }
const std::string& MemoryClient::reason() const { return connection_->reason; }
bool MemoryClient::has_failed() const { return connection_->has_failed; }

struct MemoryServer::Impl {
  boost::asio::io_context loop{1};
  std::vector<std::shared_ptr<MemoryConnection>> connections;
  std::size_t tasks = 0;  // begun with spawn(), not yet over

  bool is_quiet() {
    std::erase_if(connections, [](const auto& connection) { return connection->is_over; });
    return tasks == 0 && std::ranges::all_of(connections, [](const auto& connection) {
             return connection->waiting != MemoryConnection::Waiting::nothing;
           });
  }
};

MemoryServer::MemoryServer() : impl_(std::make_unique<Impl>()) {}

MemoryServer::~MemoryServer() {
  run_until_quiet();  // what another thread still has to answer must not come after the loop is gone
  // The session's frame owns its stream and the stream's wait owns the frame: somebody has to break the
  // circle.
  for (const auto& connection : impl_->connections) connection->wait_point.abandon();
}

Endpoint MemoryServer::default_peer() {
  return {.family = Endpoint::Family::ipv4, .address = {192, 0, 2, 1}, .port = 40000};
}

Endpoint MemoryServer::default_local() {
  return {.family = Endpoint::Family::ipv4, .address = {198, 51, 100, 25}, .port = 25};
}

MemoryClient MemoryServer::connect(const Session& session, Endpoint peer, Endpoint local) {
  auto connection = std::make_shared<MemoryConnection>(impl_->loop);
  connection->peer = peer;
  connection->local = local;
  impl_->connections.push_back(connection);
  boost::asio::co_spawn(impl_->loop, run_session(session, connection), [](std::exception_ptr) {});
  return MemoryClient(std::move(connection));
}

std::pair<std::unique_ptr<Stream>, MemoryClient> MemoryServer::open(Endpoint server) {
  auto connection = std::make_shared<MemoryConnection>(impl_->loop);
  connection->peer = server;
  connection->local = default_local();
  impl_->connections.push_back(connection);
  connection->is_opened = true;
  auto stream = std::make_unique<MemoryStream>(connection);
  return {std::move(stream), MemoryClient(std::move(connection))};
}

void MemoryServer::begin(Task<void> task) {
  boost::asio::co_spawn(impl_->loop, std::move(task), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void MemoryServer::spawn(Task<void> task) {
  ++impl_->tasks;
  boost::asio::co_spawn(impl_->loop, std::move(task), [this](std::exception_ptr failure) {
    --impl_->tasks;
    if (failure) std::rethrow_exception(failure);
  });
}

void MemoryServer::run_until_quiet() {
  impl_->loop.restart();
  impl_->loop.poll();
  while (!impl_->is_quiet() && impl_->loop.run_one() > 0) impl_->loop.poll();
}

bool MemoryServer::run_until(const std::function<bool()>& done, std::chrono::milliseconds at_most) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  impl_->loop.restart();
  const auto keep_running = boost::asio::make_work_guard(impl_->loop);
  impl_->loop.poll();
  while (!done()) {
    if (impl_->loop.run_one_until(end) == 0) return false;
  }
  return true;
}

void MemoryServer::shut_down() {
  for (const auto& connection : impl_->connections) {
    connection->is_shut_down = true;
    connection->look_again();
  }
}

}  // namespace pillarbox::net
