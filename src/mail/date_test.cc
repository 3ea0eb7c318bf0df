#include "mail/date.h"

#include <chrono>

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TEST(Date, ReadsMomentAndZone) {
  const auto day = sys_days(2026y / 11 / 20);
  const struct {
    std::string_view value;
    Date date;
  } cases[] = {
      {"Fri, 20 Nov 2026 08:53:11 +0000", {day + 8h + 53min + 11s, 0min}},
      {"20 Nov 2026 08:53 -0330", {day + 12h + 23min, -210min}},
      {"Wed, 20 Nov 2026 23:59:60 +0000", {day + 24h, 0min}},
      {"Fri, 20 Nov 26 00:00:00 EST", {day + 5h, -300min}},
      {"Fri, 20 Nov 126 00:00:00 Z", {day, 0min}},
      {"fri,20-NOV-2026 0:0:0 gmt", {day, 0min}},
      {"Friday, 20 November 2026 00:00:00 XYZ", {day, 0min}},
      {" \r\n\t(x) 20 (y) Nov (z) 2026 (\\() 01:02 (u):(v) 03.25 +0100 (CET) more", {day + 2min + 3s, 60min}},
      {"20 Nov 2026 08:53:11", {day + 8h + 53min + 11s, 0min}},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_date(c.value), c.date) << c.value;
}

TEST(Date, RefusesWhatIsNone) {
  for (const auto* bad :
       {"", "Fri,", "nonsense", "30 Feb 2026 00:00 +0000", "20 Nov 1899 00:00 +0000",
        "20 Nov 2026 24:00 +0000", "20 Nov 2026 00:60 +0000", "20 Nov 2026 00:00:61 +0000",
        "20 Nov 2026 00:00 +00", "20 Nov 2026 00:00 +0060", "20 Nov 2026 00:00 ?", "20 Nov 20260 00:00 +0000",
        "20 No 2026 00:00 +0000", "0 Nov 2026 00:00 +0000", "20 Nov 6 00:00 +0000", "20 13 2026 00:00 +0000",
        "(Fri, 20 Nov 2026 08:53:11 +0000"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

TEST(Date, TellsTheDayAsWritten) {
  EXPECT_EQ(parse_date("20 Nov 2026 23:30 -0800")->day(), 2026y / 11 / 20);
  EXPECT_EQ(parse_date("20 Nov 2026 00:30 +1400")->day(), 2026y / 11 / 20);
}

TEST(Date, IsWrittenAsRfc5322Wants) {
  const Time time = sys_days(2026y / 3 / 1) + 23h + 4min + 5s + 999ms;
  EXPECT_EQ(format_date(time), "Sun, 1 Mar 2026 23:04:05 +0000");
  EXPECT_EQ(format_date(time, 330min), "Mon, 2 Mar 2026 04:34:05 +0530");
  EXPECT_EQ(format_date(time, -210min), "Sun, 1 Mar 2026 19:34:05 -0330");
  EXPECT_EQ(parse_date(format_date(time, -210min))->time, std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace
}  // namespace pillarbox::mail
