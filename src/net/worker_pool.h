// Threads for work that blocks or takes long, such as password hashes: it must never hold up a session's
// thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/task.h"

namespace pillarbox::net {

// May be used from any thread.
class WorkerPool {
 public:
  // At most `most_waiting` pieces of work wait for a thread; what comes beyond is turned away.
  WorkerPool(unsigned threads, std::size_t most_waiting);
  // Does what was taken on first, so that nobody waits for ever.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // What `work` returns, or nothing if too much is waiting already. `work` doesn't throw, takes everything
  // that it needs by value, and must be copyable.
  template <class Work>
  Task<std::optional<std::invoke_result_t<Work>>> run(Work work) {
    using Result = std::optional<std::invoke_result_t<Work>>;
    return await_callback<Result>([this, work = std::move(work)](std::function<void(Result)> done) {
      if (!submit([work, done] { done(work()); })) done(std::nullopt);
    });
  }

  // False, and nothing happens, if too much is waiting already.
  bool submit(std::function<void()> work);

  // From now on; what waits already is done.
  void keep_waiting_at_most(std::size_t most_waiting);

 private:
  void serve();

  std::mutex mutex_;
  std::size_t most_waiting_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace pillarbox::net
