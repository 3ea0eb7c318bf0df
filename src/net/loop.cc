#include "net/loop.h"

#include <boost/asio/post.hpp>
#include <vector>

#include "net/connection.h"

namespace pillarbox::net {

Loop::Loop() : context_(1), keep_running_(context_.get_executor()), timer_(context_) {}

Loop::~Loop() {
  phase_ = Phase::cutting;  // streams that end now don't linger
  // A session's frame owns its connection and the connection's wait owns the frame: somebody has to break the
  // circle.
  while (!connections_.empty()) {
    const auto connection = static_cast<Connection&>(connections_.front()).shared_from_this();
    connection->abandon();
  }
}

void Loop::run() { context_.run(); }

void Loop::stop() { context_.stop(); }

void Loop::enter(Phase phase) {
  boost::asio::post(context_, [this, phase] {
    phase_ = phase;
    // What is woken may end other connections: so the list is copied, and each copy keeps its connection.
    std::vector<std::shared_ptr<Connection>> all;
    for (auto& hook : connections_) all.push_back(static_cast<Connection&>(hook).shared_from_this());
    for (const auto& connection : all) connection->on_phase(phase);
  });
}

void Loop::set_deadline(Deadlines::Entry& entry, Deadlines::Clock::time_point deadline) {
  deadlines_.set(entry, deadline);
  if (deadlines_.next() < timer_due_) arm_timer();
}

void Loop::add(Connection& connection) { connections_.push_back(connection); }

void Loop::remove(Connection& connection) {
  deadlines_.remove(connection);
  connections_.erase(connections_.iterator_to(connection));
}

void Loop::arm_timer() {
  timer_due_ = deadlines_.next();
  if (timer_due_ == Deadlines::never) return;
  timer_.expires_at(timer_due_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;  // armed anew for an earlier deadline
    timer_due_ = Deadlines::never;
    deadlines_.expire(Deadlines::Clock::now());
    arm_timer();
  });
}

}  // namespace pillarbox::net
