#include "accounts/failed_logins.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace pillarbox::accounts {
namespace {

using namespace std::chrono_literals;

constexpr FailedLogins::Limits limits{.per_minute = 3, .per_day = 5};
const Time start{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}};

TEST(FailedLogins, LeavesWhatALittleTimeAgoDidNotUse) {
  FailedLogins failed;
  struct Row {
    std::chrono::milliseconds after;  // the start
    unsigned left;
    bool fails;  // now
  };
  for (const auto& [after, left, fails] : {
           Row{.after = 0s, .left = 3, .fails = true},
           Row{.after = 500ms, .left = 2, .fails = true},
           Row{.after = 59s, .left = 1, .fails = true},
           Row{.after = 59s, .left = 0, .fails = false},
           Row{.after = 60s, .left = 1, .fails = false},
           Row{.after = 60s + 499ms, .left = 1, .fails = false},
           Row{.after = 61s, .left = 2, .fails = true},
           Row{.after = 118s, .left = 1, .fails = false},
           Row{.after = 119s, .left = 1, .fails = true},  // the day's
           Row{.after = 24h - 1s, .left = 0, .fails = false},
           Row{.after = 24h, .left = 1, .fails = false},
           Row{.after = 24h + 1s, .left = 2, .fails = false},
           Row{.after = 25h, .left = 3, .fails = false},
       }) {
    EXPECT_EQ(failed.left(limits, start + after), left) << after.count() << " ms";
    if (fails) failed.add(limits, start + after);
  }
}

TEST(FailedLogins, ForgetsWhatLiesAheadOfAClockThatWasSetBack) {
  FailedLogins failed;
  for (int i = 0; i < 3; ++i) failed.add(limits, start + 48h);
  EXPECT_EQ(failed.left(limits, start + 48h), 0u);
  EXPECT_EQ(failed.left(limits, start), 3u);
}

TEST(FailedLogins, KeepsNoMoreThanADaysLimit) {
  FailedLogins failed;
  for (int i = 0; i < 100; ++i) failed.add(limits, start);
  EXPECT_EQ(failed.left({.per_minute = 100, .per_day = 100}, start), 95u);
  EXPECT_EQ(failed.left(limits, start), 0u);
}

TEST(FailedLogins, NeverLetsMoreFailInAnySpan) {
  std::mt19937 random(1);
  for (int run = 0; run < 50; ++run) {
    FailedLogins failed;
    std::deque<Time> seen;
    Time now = start + std::chrono::milliseconds(random() % 1000);
    for (int step = 0; step < 500; ++step) {
      now += std::chrono::milliseconds(random() % (step % 10 == 0 ? 40'000'000 : 20'000));
      if (failed.left(limits, now) == 0) continue;
      failed.add(limits, now);
      seen.push_back(now);
      if (seen.size() > limits.per_minute) ASSERT_GE(now - seen.end()[-1 - int{limits.per_minute}], 1min);
      if (seen.size() > limits.per_day) ASSERT_GE(now - seen.end()[-1 - int{limits.per_day}], 24h);
    }
    EXPECT_GT(seen.size(), 30u);
  }
}

}  // namespace
}  // namespace pillarbox::accounts
