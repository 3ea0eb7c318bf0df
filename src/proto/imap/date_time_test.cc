#include "proto/imap/date_time.h"

#include <gtest/gtest.h>

#include "proto/imap/fetch_response.h"

namespace pillarbox::imap {
namespace {

std::string written(const DateTime& date) {
  Output out;
  write_date_time(out, date);
  return std::string(out.text());
}

TEST(DateTime, GoesBothWays) {
  struct Case {
    std::string_view text;
    std::int64_t seconds;
    std::int16_t zone;
    std::string_view written;
  };
  const Case cases[] = {
      {"17-Jul-1996 02:44:25 -0700", 837596665, -420, "\"17-Jul-1996 02:44:25 -0700\""},
      {" 1-Feb-1994 21:52:25 -0800", 760168345, -480, "\" 1-Feb-1994 21:52:25 -0800\""},
      {"01-feb-1994 21:52:25 -0800", 760168345, -480, "\" 1-Feb-1994 21:52:25 -0800\""},
      {"1-FEB-1994 21:52:25 -0800", 760168345, -480, "\" 1-Feb-1994 21:52:25 -0800\""},
      {"01-Jan-1970 00:00:00 +0000", 0, 0, "\" 1-Jan-1970 00:00:00 +0000\""},
      {"31-Dec-1969 23:59:60 +0000", -1, 0, "\"31-Dec-1969 23:59:59 +0000\""},
      {"29-Feb-2024 12:00:00 +1245", 1709162100, 765, "\"29-Feb-2024 12:00:00 +1245\""},
      {"01-Jan-0001 00:00:00 +2359", -62135683140, 1439, "\" 1-Jan-0001 00:00:00 +2359\""},
  };
  for (const Case& c : cases) {
    const auto date = parse_date_time(c.text);
    ASSERT_TRUE(date) << c.text;
    EXPECT_EQ(date->moment.time_since_epoch().count(), c.seconds) << c.text;
    EXPECT_EQ(date->zone_minutes, c.zone) << c.text;
    EXPECT_EQ(written(*date), c.written);
  }
}

TEST(DateTime, WritesMomentsOutOfRangeAsTheNearest) {
  using namespace std::chrono;
  EXPECT_EQ(written({sys_seconds::min() + hours{48}, -1439}).size(), 28u);
  EXPECT_EQ(written({sys_seconds::max() - hours{48}, 1439}).size(), 28u);
}

TEST(DateTime, RefusesWhatIsNone) {
  for (const auto* bad :
       {"", "17-Jul-1996", "17-Jul-1996 02:44:25", "17-Jul-96 02:44:25 -0700", "32-Jul-1996 02:44:25 -0700",
        "31-Feb-1996 02:44:25 -0700", "17-Foo-1996 02:44:25 -0700", "17-Jul-1996 24:00:00 -0700",
        "17-Jul-1996 02:60:25 -0700", "17-Jul-1996 02:44:61 -0700", "17-Jul-1996 02:44:25 0700",
        "17-Jul-1996 02:44:25 -07000", "17-Jul-1996 02:44:25 -0760", "17-Jul-1996 02:44:25 GMT",
        "17-Jul-1996  02:44:25 -0700", "0-Jul-1996 02:44:25 -0700", "017-Jul-1996 02:44:25 -0700"}) {
    EXPECT_FALSE(parse_date_time(bad)) << bad;
  }
}

TEST(Date, IsADayThatExists) {
  using namespace std::chrono;
  EXPECT_EQ(parse_date("1-Feb-1994"), (1994y / February / 1));
  EXPECT_EQ(parse_date("01-feb-1994"), (1994y / February / 1));
  EXPECT_EQ(parse_date("29-Feb-2000"), (2000y / February / 29));
  for (const auto* bad :
       {"", "1-Feb", "29-Feb-1900", "1-Feb-94", "1-Feb-19940", " 1-Feb-1994", "1/Feb/1994", "1-2-1994"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

}  // namespace
}  // namespace pillarbox::imap
