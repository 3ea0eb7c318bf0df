#include "net/reactor.h"

#include <sched.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution.hpp>
#include <exception>

#include "base/log.h"
#include "base/try.h"
#include "net/loop.h"
#include "net/thread.h"

namespace pillarbox::net {
namespace {

// After every wait was cut, sessions only have what they wait for from the store and the like.
constexpr std::chrono::milliseconds last_answers{10'000};

}  // namespace

unsigned usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
    return std::max(1U, std::thread::hardware_concurrency());
  return std::max(1U, static_cast<unsigned>(CPU_COUNT(&cores)));
}

Reactor::Reactor(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) loops_.push_back(std::make_unique<Loop>());
  for (const auto& loop : loops_) {
    threads_.emplace_back([&loop = *loop] {
      begin_thread("net");
      loop.run();
    });
  }
}

Reactor::~Reactor() {
  if (!threads_.empty()) shut_down(std::chrono::milliseconds(0));
}

void Reactor::spawn(Task<void> task) {
  Loop& loop = *loops_[next_++ % loops_.size()];
  boost::asio::co_spawn(loop.context(), std::move(task), [](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& bug) {
      log::error("net", "bug: a task ended by {}", bug.what());
    }
  });
}

void Reactor::shut_down(std::chrono::milliseconds grace) {
  if (threads_.empty()) return;
  for (const auto& loop : loops_) loop->enter(Loop::Phase::shutting_down);
  if (!wait_for_end(grace)) {
    for (const auto& loop : loops_) loop->enter(Loop::Phase::cutting);
    if (!wait_for_end(last_answers)) log::error("net", "{} sessions don't end; leaving them", sessions());
  }
  for (const auto& loop : loops_) loop->stop();
  threads_.clear();
}

bool Reactor::wait_for_end(std::chrono::milliseconds at_most) const {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (sessions() > 0) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::size_t Reactor::sessions() const {
  std::size_t count = 0;
  for (const auto& loop : loops_) count += loop->sessions;
  return count;
}

Loop& Reactor::emptiest_loop() {
  return **std::ranges::min_element(loops_, {}, [](const auto& loop) { return loop->sessions.load(); });
}

Loop& Reactor::loop_of(const boost::asio::any_io_executor& executor) {
  const auto& context = boost::asio::query(executor, boost::asio::execution::context);
  const auto found =
      std::ranges::find_if(loops_, [&context](const auto& loop) { return &loop->context() == &context; });
  ASSERT(found != loops_.end());
  return **found;
}

}  // namespace pillarbox::net
