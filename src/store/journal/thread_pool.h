// A few threads for calls that block: look-ups in the index, reading and writing bodies.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pillarbox::store::journal {

class ThreadPool {
 public:
  // A task is told which of the threads it runs on, 0 and up: for what each thread has of its own.
  using Task = std::function<void(std::size_t)>;

  explicit ThreadPool(std::size_t threads);
  // Finishes what was submitted.
  ~ThreadPool();

  std::size_t size() const { return threads_.size(); }
  void submit(Task task);

 private:
  void work(std::size_t number);

  std::mutex mutex_;
  std::condition_variable submitted_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pillarbox::store::journal
