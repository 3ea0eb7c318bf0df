#include "proto/smtp/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pillarbox::smtp {
namespace {

TEST(LineReader, GivesOneLineAfterTheOther) {
  LineReader reader;
  const std::string_view pending = "NOOP\r\n\r\nQUI";
  const auto first = reader.next(pending, 100);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->text, "NOOP");
  EXPECT_EQ((*first)->size, 6u);
  const auto second = reader.next(pending.substr(6), 100);
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->text, "");
  const auto third = reader.next(pending.substr(8), 100);
  ASSERT_TRUE(third);
  EXPECT_FALSE(*third);
}

TEST(LineReader, DoesNotCareHowTheBytesArrive) {
  LineReader reader;
  const std::string line = "MAIL FROM:<a@b>\r\n";
  for (std::size_t n = 0; n < line.size(); ++n) {
    const auto got = reader.next(std::string_view(line).substr(0, n), 100);
    ASSERT_TRUE(got) << n;
    EXPECT_FALSE(*got) << n;
  }
  const auto whole = reader.next(line, 100);
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ((*whole)->text, "MAIL FROM:<a@b>");
}

TEST(LineReader, RefusesEveryOtherLineEnd) {
  const std::vector<std::pair<std::string_view, LineError>> cases = {
      {"NOOP\n", LineError::bare_lf},         {"\n", LineError::bare_lf},
      {"NO\rOP\r\n", LineError::bare_cr},     {"NOOP\r\r\n", LineError::bare_cr},
      {"\rNOOP\n", LineError::bare_cr},       {"RSET\nQUIT\r\n", LineError::bare_lf},
      {"RSET\rQUIT\r\n", LineError::bare_cr},
  };
  for (const auto& [text, error] : cases) {
    const auto got = LineReader().next(text, 100);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error(), error) << text;
  }
}

TEST(LineReader, CountsTheCrlfInTheLimit) {
  EXPECT_TRUE(LineReader().next("12345678\r\n", 10));
  for (const auto* text : {"123456789\r\n", "1234567890", "123456789\r"}) {
    const auto got = LineReader().next(text, 10);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error(), LineError::too_long);
  }
  const auto waiting = LineReader().next("12345678\r", 10);
  ASSERT_TRUE(waiting);
  EXPECT_FALSE(*waiting);
}

}  // namespace
}  // namespace pillarbox::smtp
