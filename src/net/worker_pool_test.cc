#include "net/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "net/memory_server.h"

namespace pillarbox::net {
namespace {

TEST(WorkerPool, AnswersOnTheCallersThread) {
  MemoryServer loop;
  WorkerPool pool(2, 10);
  const auto here = std::this_thread::get_id();
  int sum = 0;
  const auto ask = [](WorkerPool& pool, std::thread::id here, int* sum) -> Task<void> {
    const auto answer = co_await pool.run([here] { return std::this_thread::get_id() == here ? 0 : 7; });
    EXPECT_EQ(std::this_thread::get_id(), here);
    *sum += answer.value();
  };
  for (int i = 0; i < 5; ++i) loop.spawn(ask(pool, here, &sum));
  loop.run_until_quiet();
  EXPECT_EQ(sum, 35);
}

TEST(WorkerPool, TurnsTheSurplusAwayAndFinishesTheRest) {
  std::latch begun(1);
  std::latch may_end(1);
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1, 2);
    EXPECT_TRUE(pool.submit([&] {
      begun.count_down();
      may_end.wait();
      ++done;
    }));
    begun.wait();
    EXPECT_TRUE(pool.submit([&] { ++done; }));
    EXPECT_TRUE(pool.submit([&] { ++done; }));
    EXPECT_FALSE(pool.submit([&] { ++done; }));
    MemoryServer loop;
    bool was_refused = false;
    const auto ask = [](WorkerPool& pool, bool* was_refused) -> Task<void> {
      const auto answer = co_await pool.run([] { return 1; });
      *was_refused = !answer;
    };
    loop.spawn(ask(pool, &was_refused));
    loop.run_until_quiet();
    EXPECT_TRUE(was_refused);
    may_end.count_down();
  }
  EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace pillarbox::net
