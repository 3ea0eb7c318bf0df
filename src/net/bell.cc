#include "net/bell.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <optional>

#include "base/try.h"

namespace pillarbox::net {

using Timer = boost::asio::steady_timer;

struct Bell::State {
  std::mutex mutex;
  bool has_rung = false;
  std::optional<boost::asio::any_io_executor> waiting;  // where somebody waits
  Timer* timer = nullptr;                               // theirs; only their thread touches it
};

Bell::Bell() : state_(std::make_shared<State>()) {}
Bell::~Bell() = default;

void Bell::ring() {
  const std::scoped_lock lock(state_->mutex);
  state_->has_rung = true;
  if (!state_->waiting) return;
  boost::asio::post(*state_->waiting, [state = state_] {
    if (state->timer != nullptr) state->timer->cancel();
  });
}

Task<bool> Bell::wait_for(std::chrono::milliseconds at_most) {
  const std::shared_ptr<State> state = state_;  // stays until the wait is told to be over
  Timer timer(co_await boost::asio::this_coro::executor, at_most);
  // Also where the coroutine is destroyed as it waits: nobody must post to a loop that is gone.
  struct Leaving {
    State& state;
    ~Leaving() {
      const std::scoped_lock lock(state.mutex);
      state.waiting.reset();
      state.timer = nullptr;
    }
  };
  const Leaving leaving{*state};
  {
    const std::scoped_lock lock(state->mutex);
    if (state->has_rung) co_return true;
    ASSERT(state->timer == nullptr);
    state->timer = &timer;
    state->waiting = timer.get_executor();
  }
  boost::system::error_code ended;  // the time has passed, or ring() cancelled it: has_rung tells
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
  const std::scoped_lock lock(state->mutex);
  co_return state->has_rung;
}

}  // namespace pillarbox::net
