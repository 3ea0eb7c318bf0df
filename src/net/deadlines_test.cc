#include "net/deadlines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

namespace pillarbox::net {
namespace {

using std::chrono::seconds;
using Clock = Deadlines::Clock;

Clock::time_point at(int second) { return Clock::time_point(seconds(second)); }

struct Recorder final : Deadlines::Entry {
  Recorder(int number, std::vector<int>& fired) : number(number), fired(fired) {}
  void on_deadline() override { fired.push_back(number); }
  int number;
  std::vector<int>& fired;
};

TEST(Deadlines, FireInOrderAndOnce) {
  std::vector<int> fired;
  Deadlines deadlines;
  Recorder first(1, fired), second(2, fired), third(3, fired);
  deadlines.set(third, at(30));
  deadlines.set(first, at(10));
  deadlines.set(second, at(20));
  EXPECT_EQ(deadlines.next(), at(10));
  deadlines.expire(at(9));
  EXPECT_THAT(fired, testing::IsEmpty());
  deadlines.expire(at(25));
  EXPECT_THAT(fired, testing::ElementsAre(1, 2));
  deadlines.expire(at(25));
  EXPECT_THAT(fired, testing::ElementsAre(1, 2));
  EXPECT_EQ(deadlines.next(), at(30));
}

TEST(Deadlines, MoveLaterWithoutTouchingTheHeapAndEarlierAtOnce) {
  std::vector<int> fired;
  Deadlines deadlines;
  Recorder entry(1, fired);
  deadlines.set(entry, at(10));
  deadlines.set(entry, at(50));
  EXPECT_EQ(deadlines.next(), at(10));
  deadlines.expire(at(10));
  EXPECT_THAT(fired, testing::IsEmpty());
  EXPECT_EQ(deadlines.next(), at(50));
  deadlines.set(entry, at(20));
  EXPECT_EQ(deadlines.next(), at(20));
  deadlines.clear(entry);
  deadlines.expire(at(100));
  EXPECT_THAT(fired, testing::IsEmpty());
  EXPECT_EQ(deadlines.next(), Deadlines::never);
}

TEST(Deadlines, KeepTheirOrderThroughAnyChanges) {
  std::mt19937 random(1);
  std::vector<int> fired;
  Deadlines deadlines;
  std::vector<std::unique_ptr<Recorder>> entries;
  std::vector<int> due(200, -1);
  for (int i = 0; i < 200; ++i) entries.push_back(std::make_unique<Recorder>(i, fired));
  for (int i = 0; i < 20'000; ++i) {
    const int chosen = static_cast<int>(random() % 200);
    if (random() % 4 == 0) {
      deadlines.remove(*entries[chosen]);
      due[chosen] = -1;
    } else {
      due[chosen] = static_cast<int>(random() % 1000);
      deadlines.set(*entries[chosen], at(due[chosen]));
    }
  }
  for (int now = 0; now < 1000; ++now) {
    fired.clear();
    deadlines.expire(at(now));
    std::vector<int> expected;
    for (int i = 0; i < 200; ++i) {
      if (due[i] == now) expected.push_back(i);
    }
    std::ranges::sort(fired);
    ASSERT_EQ(fired, expected) << now;
  }
}

}  // namespace
}  // namespace pillarbox::net
