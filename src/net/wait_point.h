// The place where one coroutine waits until other code on its thread lets it go on.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "base/task.h"
#include "base/try.h"

namespace pillarbox::net {

// Not thread-safe: waiting and completing happen on one thread.
template <class T>
class WaitPoint {
 public:
  WaitPoint() = default;
  WaitPoint(const WaitPoint&) = delete;
  WaitPoint& operator=(const WaitPoint&) = delete;

  bool is_waited() const { return static_cast<bool>(resume_); }

  // Requires: nobody waits here, and the WaitPoint stays until the wait is over.
  Task<T> wait() {
    ASSERT(!is_waited());
    auto initiate = [this](auto handler) { resume_ = std::move(handler); };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        initiate, boost::asio::use_awaitable);
  }

  // The waiting coroutine runs on inside this call, and may destroy the WaitPoint: touch nothing of it
  // afterwards. Requires: somebody waits.
  void complete(T value) {
    ASSERT(is_waited());
    auto resume = std::exchange(resume_, nullptr);
    resume(std::move(value));
  }

  // Destroys the waiting coroutine, and with it perhaps the WaitPoint, as `complete` does.
  void abandon() { auto dropped = std::exchange(resume_, nullptr); }

 private:
  std::move_only_function<void(T)> resume_;
};

}  // namespace pillarbox::net
