#include "net/bell.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "net/memory_server.h"

namespace pillarbox::net {
namespace {

using namespace std::chrono_literals;

Task<> wait(Bell& bell, std::chrono::milliseconds at_most, std::string* result) {
  *result = "waiting";
  const bool has_rung = co_await bell.wait_for(at_most);
  *result = has_rung ? "rung" : "late";
}

struct Ringing : testing::Test {
  MemoryServer loop;
  std::string result;
};

TEST_F(Ringing, EndsTheWait) {
  Bell bell;
  loop.spawn(wait(bell, 1h, &result));
  const auto ring = [](Bell& rung) -> Task<> {
    rung.ring();
    co_return;
  };
  loop.spawn(ring(bell));
  loop.run_until_quiet();
  EXPECT_EQ(result, "rung");
  loop.spawn(wait(bell, 1h, &result));
  loop.run_until_quiet();
  EXPECT_EQ(result, "rung") << "it stays so";
}

TEST_F(Ringing, ComesFromAnyThread) {
  for (int round = 0; round < 200; ++round) {
    Bell bell;
    loop.spawn(wait(bell, 1h, &result));
    std::jthread other([&bell] { bell.ring(); });
    loop.run_until_quiet();
    ASSERT_EQ(result, "rung");
  }
}

TEST_F(Ringing, IsNotWaitedForLongerThanSaid) {
  Bell bell;
  loop.spawn(wait(bell, 0ms, &result));
  loop.run_until_quiet();
  EXPECT_EQ(result, "late");
  loop.spawn(wait(bell, 1ms, &result));
  loop.run_until_quiet();
  EXPECT_EQ(result, "late") << "and can be waited for again";
  bell.ring();
}

TEST_F(Ringing, HarmsNobodyWhenTheWaitingIsGone) {
  Bell bell;
  {
    boost::asio::io_context doomed;
    boost::asio::co_spawn(doomed, wait(bell, 1h, &result), boost::asio::detached);
    doomed.poll();
  }
  bell.ring();
  EXPECT_EQ(result, "waiting");
}

}  // namespace
}  // namespace pillarbox::net
