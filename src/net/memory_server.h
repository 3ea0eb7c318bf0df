// A server without sockets, threads or a clock, for tests, transcripts and fuzzing: sessions run only when
// the test lets them, time passes only when the test says so, and everything that a peer can do to a session
// can be done here.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"
#include "net/endpoint.h"
#include "net/stream.h"

namespace pillarbox::net {

struct MemoryConnection;  // what both ends share

// The peer's end of a connection to a session, moved by a test.
class MemoryClient {
 public:
  explicit MemoryClient(std::shared_ptr<MemoryConnection> connection);
  ~MemoryClient();  // as close()
  MemoryClient(MemoryClient&&) noexcept;
  MemoryClient& operator=(MemoryClient&&) noexcept;

  void send(std::string_view bytes);
  // The session reads what was sent, then Closed; its writes throw Closed from now on.
  void close();

  // What the session has written since the last call.
  std::string take_output();
  const std::string& output() const;

  // The session gets at most so many bytes in one read: 1 plays every transcript byte by byte.
  void set_largest_read(std::size_t bytes);
  // The session's operation number `operations` from now (0: the next read or write) throws Closed.
  void cut_after(std::size_t operations);
  // Operations begun so far: how many places there are to cut at.
  std::size_t operations() const;
  // From now on the session's writes don't end (until expire()).
  void stop_reading();
  // The wait that the session is in throws Timeout. Requires: is_waiting().
  void expire();
  // What start_tls() answers from now on: the SNI name that the client sent, or the reason of its failure.
  void set_tls_server_name(std::string name);
  void set_tls_failure(std::string reason);
  // As whose server's certificate proves nothing to a client: TlsInfo::distrust.
  void set_tls_distrust(std::string reason);

  bool is_waiting() const;                    // for input, or for room to write
  std::chrono::milliseconds timeout() const;  // that the session has set
  std::chrono::milliseconds paused() const;   // in all, by Stream::pause
  bool is_tls() const;
  bool is_over() const;  // the session has returned or thrown
  // Why it ended: "" after a normal return, what() of what it threw otherwise.
  const std::string& reason() const;
  // It threw something else than ConversationOver: a bug.
  bool has_failed() const;

 private:
  std::shared_ptr<MemoryConnection> connection_;
};

class MemoryServer {
 public:
  using Session = std::function<Task<void>(std::unique_ptr<Stream>)>;

  MemoryServer();
  ~MemoryServer();  // ends all sessions where they wait
  MemoryServer(const MemoryServer&) = delete;
  MemoryServer& operator=(const MemoryServer&) = delete;

  // 192.0.2.1:40000 and 198.51.100.25:25, addresses for documentation (RFC 5737).
  static Endpoint default_peer();
  static Endpoint default_local();

  // Begins a session; it first runs in the next run_….
  MemoryClient connect(const Session& session, Endpoint peer = default_peer(),
                       Endpoint local = default_local());

  // Both ends of a connection without a session: for code that connects to others, whose stream `first` is.
  // The endpoint is where it connects to.
  std::pair<std::unique_ptr<Stream>, MemoryClient> open(Endpoint server);
  // Begins a task that may wait for the other ends of open() connections: run_until_quiet doesn't wait for
  // its end.
  void begin(Task<void> task);

  // Begins something that isn't a session, such as a call of an asynchronous interface that a test looks at.
  void spawn(Task<void> task);

  // Runs everything until all sessions and tasks are over or wait for their peer. Blocks while one waits for
  // another thread, such as the store's writer.
  void run_until_quiet();

  // Runs until `done()` holds, or false after `at_most` of real time: for what another thread brings, such as
  // a wakeup.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds at_most);

  // Every session that waits for input, or comes to, gets Shutdown.
  void shut_down();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pillarbox::net
