// A socket as the sessions of one thread wait on it. Asio tells when it is ready; whoever waited reads and
// writes the descriptor itself. Inside net only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/task.h"
#include "net/deadlines.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/wait_point.h"

namespace pillarbox::net {

// Everything but notify() on the loop's thread.
class Connection final : public Deadlines::Entry,
                         public ConnectionHook,
                         public Wakeup,
                         public std::enable_shared_from_this<Connection> {
 public:
  enum class For : std::uint8_t {
    input,
    input_or_notice,
    room,  // to write
    time,  // the deadline itself
    turn,  // until the thread's other sessions had theirs
  };
  enum class Wake : std::uint8_t { ready, notified };
  // Owns `descriptor`, which is non-blocking.
  Connection(Loop& loop, int descriptor);
  ~Connection() override;

  int descriptor() { return descriptor_.native_handle(); }
  Loop& loop() { return loop_; }

  // How a wait ended; settle() makes of it what a session sees. Split in two so that a wait, of which there
  // is one for every idle session, needs no coroutine frame of its own.
  enum class Outcome : std::uint8_t { ready, notified, timed_out, shut_down, cut };

  // Requires: nobody waits. `ready` may come too early: the descriptor knows.
  Task<Outcome> wait(For what, Deadlines::Clock::time_point deadline);
  // Throws Timeout when the deadline has passed, Shutdown and Closed as the loop's phase says.
  static Wake settle(Outcome outcome);

  // Whether one more operation without a wait is fair towards the other sessions; if not, wait For::turn.
  bool may_go_on();

  // Closes the descriptor; nothing waits any more.
  void close();

  void notify() override;
  void on_deadline() override { end_wait(Outcome::timed_out); }
  void on_phase(Loop::Phase phase);
  // Destroys what waits here, at the end of the loop.
  void abandon();

 private:
  std::optional<Outcome> outcome_now(For what);
  void arm(For what);
  void on_ready(bool is_input);
  void end_wait(Outcome outcome);

  Loop& loop_;
  // By its executor's own type: a type-erased one would cost each connection and each wait some fifty bytes.
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> descriptor_;
  WaitPoint<Outcome> wait_point_;
  std::atomic<bool> is_notified_ = false;
  For waiting_for_ = For::time;  // while somebody waits
  bool input_armed_ = false;     // Asio will tell
  bool room_armed_ = false;
  bool has_input_ = false;  // Asio told while nobody waited
  bool has_room_ = false;
  bool is_open_ = true;
  std::uint8_t in_a_row_ = 0;
};

}  // namespace pillarbox::net
