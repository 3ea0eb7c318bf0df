// Task, the coroutine type of everything that waits (docs/adr/0002), and the bridge from callbacks to it.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace pillarbox {

template <class T = void>
using Task = boost::asio::awaitable<T>;

// Awaits a callback. `start` is called at once and is handed a copyable `void(T)` that must be called exactly
// once, from any thread, now or later; the coroutine then resumes on its own executor, never inside that
// call. How the parts that own threads (the store's writer, worker pools) answer a coroutine without knowing
// Asio.
template <class T, class Start>
Task<T> await_callback(Start start) {
  auto initiate = [](auto handler, Start begin) {
    auto executor = boost::asio::get_associated_executor(handler);
    auto work = boost::asio::make_work_guard(executor);
    // The callback has to be copyable for std::function, the handler is not: so they share it.
    auto shared =
        std::make_shared<std::pair<decltype(handler), decltype(work)>>(std::move(handler), std::move(work));
    begin([shared, executor](T value) {
      boost::asio::post(executor, [shared, value = std::move(value)]() mutable {
        auto resume = std::move(shared->first);
        // Here, not with the last reference: that may go on the other thread, when the executor's context is
        // gone.
        shared->second.reset();
        resume(std::move(value));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      initiate, boost::asio::use_awaitable, std::move(start));
}

// Lets everything else on this thread that could run have its turn: for work that takes long without ever
// waiting.
inline Task<void> yield() { return boost::asio::post(boost::asio::use_awaitable); }

}  // namespace pillarbox
