#include "store/journal/thread_pool.h"

#include <utility>

namespace pillarbox::store::journal {

ThreadPool::ThreadPool(std::size_t threads) {
  threads_.reserve(threads);
  for (std::size_t number = 0; number < threads; ++number) {
    threads_.emplace_back([this, number] { work(number); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  submitted_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ThreadPool::submit(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  submitted_.notify_one();
}

void ThreadPool::work(std::size_t number) {
  std::unique_lock lock(mutex_);
  for (;;) {
    submitted_.wait(lock, [this] { return !tasks_.empty() || stopping_; });
    if (tasks_.empty()) return;
    {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task(number);
    }
    lock.lock();
  }
}

}  // namespace pillarbox::store::journal
