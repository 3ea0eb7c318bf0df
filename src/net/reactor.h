// The threads that all sessions run on: each with a loop of its own, and a session never leaves its thread.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "base/task.h"

namespace pillarbox::net {

class Loop;

// The cores that this process may run on (sched_getaffinity), at least 1.
unsigned usable_cores();

// Must outlive whatever answers its sessions from other threads (the store, worker pools, holders of a
// Wakeup).
class Reactor {
 public:
  explicit Reactor(unsigned threads = usable_cores());
  // Requires: shut_down() was called, or no session ever began.
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  std::size_t threads() const { return loops_.size(); }

  // Starts work in the background, on any thread. What it throws is a bug, and logged as one. It isn't a
  // session: the end of the reactor destroys it where it waits.
  void spawn(Task<void> task);

  // Sessions that wait for their peer get Shutdown and `grace` to say their last word; then every wait throws
  // Closed. Returns when all have ended, and no thread runs any more. Call it from a thread that isn't the
  // reactor's own, with the listeners gone.
  void shut_down(std::chrono::milliseconds grace);

  std::size_t sessions() const;

  // For listeners: where the fewest sessions are.
  Loop& emptiest_loop();
  Loop& loop(std::size_t thread) { return *loops_[thread]; }
  // The one that a coroutine with this executor runs on. Requires: it is one of this reactor's.
  Loop& loop_of(const boost::asio::any_io_executor& executor);

 private:
  bool wait_for_end(std::chrono::milliseconds at_most) const;

  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::jthread> threads_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace pillarbox::net
