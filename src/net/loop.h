// One thread's event loop and what its connections share. Inside net only: others see Reactor and Stream.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>

#include "net/deadlines.h"
#include "net/limits.h"

namespace pillarbox::net {

class Connection;
using ConnectionHook = boost::intrusive::list_base_hook<>;

class Loop {
 public:
  enum class Phase : std::uint8_t {
    serving,
    shutting_down,  // waits for input throw Shutdown
    cutting,        // every wait throws Closed
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context() { return context_; }
  // Runs until stop().
  void run();

  // May be called from any thread.
  void enter(Phase phase);
  void stop();

  // From this loop's thread only.
  Phase phase() const { return phase_; }
  void set_deadline(Deadlines::Entry& entry, Deadlines::Clock::time_point deadline);
  void clear_deadline(Deadlines::Entry& entry) { deadlines_.clear(entry); }
  void add(Connection& connection);
  void remove(Connection& connection);

  // Sessions on this loop, counted by the listener: how it finds the emptiest. Any thread.
  std::atomic<std::size_t> sessions = 0;

 private:
  void arm_timer();

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  boost::asio::steady_timer timer_;
  Deadlines::Clock::time_point timer_due_ = Deadlines::never;
  Deadlines deadlines_;
  boost::intrusive::list<ConnectionHook> connections_;
  Phase phase_ = Phase::serving;
};

}  // namespace pillarbox::net
