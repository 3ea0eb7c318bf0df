#include "accounts/login_guard.h"

#include <gtest/gtest.h>

namespace pillarbox::accounts {
namespace {

using namespace std::chrono_literals;

net::Endpoint at(const char* address) { return net::Endpoint::of(*parse_ip(address), 40000); }

struct Guarded : testing::Test {
  ManualClock clock{Time{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}}};
  LoginGuard guard{Settings{}, clock};

  int tries_until_locked(const net::Endpoint& peer, int most = 100) {
    int tries = 0;
    while (tries < most && guard.begin(peer, "m")) ++tries;
    return tries;
  }
};

TEST_F(Guarded, LocksAnAddressForAMinuteThenForADay) {
  const auto peer = at("192.0.2.1");
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_TRUE(guard.begin(at("192.0.2.2"), "m"));
  clock.advance(59s);
  EXPECT_FALSE(guard.begin(peer, "m"));
  for (int i = 0; i < 4; ++i) {
    clock.advance(61s);
    EXPECT_EQ(tries_until_locked(peer), 10) << i;
  }
  clock.advance(61s);
  EXPECT_EQ(tries_until_locked(peer), 0);
  clock.advance(23h);
  EXPECT_EQ(tries_until_locked(peer), 0);
  clock.advance(1h);
  EXPECT_EQ(tries_until_locked(peer), 10);
}

TEST_F(Guarded, CountsAnIpv6NetworkAsOneAndLocalSocketsNever) {
  EXPECT_EQ(tries_until_locked(at("2001:db8::1")), 10);
  EXPECT_FALSE(guard.begin(at("2001:db8::ffff:2"), "m"));
  EXPECT_TRUE(guard.begin(at("2001:db8:0:1::1"), "m"));
  EXPECT_EQ(tries_until_locked(net::Endpoint{}), 100);
}

TEST_F(Guarded, NeverLocksAUserOutOfTheirOwnAddress) {
  const auto peer = at("192.0.2.1");
  ASSERT_TRUE(guard.begin(peer, "own"));
  guard.succeed(peer, "own");
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_TRUE(guard.begin(peer, "own"));
  EXPECT_FALSE(guard.begin(peer, "other"));
  clock.advance(31 * 24h);
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_FALSE(guard.begin(peer, "own"));
}

TEST_F(Guarded, ForgivesWhatDidNotFail) {
  const auto peer = at("192.0.2.1");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(guard.begin(peer, "m")) << i;
    if (i % 2 == 0) {
      guard.succeed(peer, "m");
    } else {
      guard.withdraw(peer);
    }
  }
  EXPECT_EQ(tries_until_locked(peer, 12), 12) << "its own address";
}

TEST_F(Guarded, RemembersRightPasswordsForAWhile) {
  guard.remember("m", "$y$hash", "secret");
  EXPECT_TRUE(guard.remembers("m", "$y$hash", "secret"));
  EXPECT_FALSE(guard.remembers("m", "$y$hash", "Secret"));
  EXPECT_FALSE(guard.remembers("m", "$y$other", "secret"));
  EXPECT_FALSE(guard.remembers("n", "$y$hash", "secret"));
  clock.advance(1h);
  EXPECT_FALSE(guard.remembers("m", "$y$hash", "secret"));
}

TEST(LruMap, ForgetsWhatWasUsedLongestAgo) {
  LruMap<int, int> map(2);
  map.at(1) = 10;
  map.at(2) = 20;
  EXPECT_EQ(*map.find(1), 10);
  map.at(3) = 30;
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(*map.find(1), 10);
  EXPECT_EQ(*map.find(3), 30);
  map.erase(1);
  EXPECT_EQ(map.find(1), nullptr);
  EXPECT_EQ(map.size(), 1u);
}

}  // namespace
}  // namespace pillarbox::accounts
