#include "net/connection.h"

#include <boost/asio/post.hpp>

#include "net/limits.h"

namespace pillarbox::net {
namespace {

using For = Connection::For;

bool is_for_input(For what) { return what == For::input || what == For::input_or_notice; }
// What a shutdown ends; a reply on its way out is let go.
bool is_idle(For what) { return is_for_input(what) || what == For::time; }

Task<Connection::Outcome> at_once(Connection::Outcome outcome) { co_return outcome; }

}  // namespace

Connection::Connection(Loop& loop, int descriptor) : loop_(loop), descriptor_(loop.context(), descriptor) {
  loop_.add(*this);
}

Connection::~Connection() { close(); }

void Connection::close() {
  if (!is_open_) return;
  is_open_ = false;
  loop_.remove(*this);
  boost::system::error_code ignored;  // the descriptor is gone whatever close() says
  descriptor_.close(ignored);
}

Task<Connection::Outcome> Connection::wait(For what, Deadlines::Clock::time_point deadline) {
  in_a_row_ = 0;
  if (const auto outcome = outcome_now(what)) return at_once(*outcome);
  waiting_for_ = what;
  arm(what);
  loop_.set_deadline(*this, deadline);
  return wait_point_.wait();
}

Connection::Wake Connection::settle(Outcome outcome) {
  switch (outcome) {
    case Outcome::ready: return Wake::ready;
    case Outcome::notified: return Wake::notified;
    case Outcome::timed_out: throw Timeout();
    case Outcome::shut_down: throw Shutdown();
    case Outcome::cut: break;
  }
  throw Closed();
}

std::optional<Connection::Outcome> Connection::outcome_now(For what) {
  if (loop_.phase() == Loop::Phase::cutting) return Outcome::cut;
  if (is_idle(what) && loop_.phase() == Loop::Phase::shutting_down) return Outcome::shut_down;
  if (what == For::input_or_notice && is_notified_.exchange(false)) return Outcome::notified;
  if (is_for_input(what) && std::exchange(has_input_, false)) return Outcome::ready;
  if (what == For::room && std::exchange(has_room_, false)) return Outcome::ready;
  return std::nullopt;
}

void Connection::arm(For what) {
  if (what == For::time) return;
  if (what == For::turn) {
    boost::asio::post(loop_.context(), [self = shared_from_this()] {
      if (self->waiting_for_ == For::turn) self->end_wait(Outcome::ready);
    });
    return;
  }
  const bool is_input = is_for_input(what);
  bool& armed = is_input ? input_armed_ : room_armed_;
  if (std::exchange(armed, true)) return;
  using boost::asio::posix::descriptor_base;
  descriptor_.async_wait(is_input ? descriptor_base::wait_read : descriptor_base::wait_write,
                         [self = shared_from_this(), is_input](boost::system::error_code error) {
                           if (error != boost::asio::error::operation_aborted) self->on_ready(is_input);
                         });
}

void Connection::on_ready(bool is_input) {
  (is_input ? input_armed_ : room_armed_) = false;
  const bool is_wanted = is_input ? is_for_input(waiting_for_) : waiting_for_ == For::room;
  if (is_wanted && wait_point_.is_waited()) return end_wait(Outcome::ready);
  (is_input ? has_input_ : has_room_) = true;
}

void Connection::end_wait(Outcome outcome) {
  if (!wait_point_.is_waited()) return;
  loop_.clear_deadline(*this);
  wait_point_.complete(outcome);
}

void Connection::notify() {
  if (is_notified_.exchange(true)) return;
  boost::asio::post(loop_.context(), [self = shared_from_this()] {
    if (!self->wait_point_.is_waited() || self->waiting_for_ != For::input_or_notice) return;
    // A wait that began in between may have taken the notice already.
    if (self->is_notified_.exchange(false)) self->end_wait(Outcome::notified);
  });
}

void Connection::on_phase(Loop::Phase phase) {
  if (phase == Loop::Phase::cutting) return end_wait(Outcome::cut);
  if (is_idle(waiting_for_)) end_wait(Outcome::shut_down);
}

void Connection::abandon() {
  close();
  wait_point_.abandon();
}

bool Connection::may_go_on() { return ++in_a_row_ < limits::operations_in_a_row; }

}  // namespace pillarbox::net
