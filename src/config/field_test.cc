#include "config/field.h"

#include <gtest/gtest.h>

#include "config/testing.h"

namespace pillarbox::config {
namespace {

TEST(Field, ReadsAndShowsQuantities) {
  struct Case {
    Unit unit;
    const char* text;
    std::optional<std::uint64_t> value;
    const char* shown;
  };
  for (const auto& [unit, text, value, shown] : {
           Case{Unit::count, "0", 0, "0"},
           Case{Unit::count, "18446744073709551615", 18446744073709551615u, "18446744073709551615"},
           Case{Unit::count, "1K", std::nullopt, ""},
           Case{Unit::bytes, "65536", 65'536, "64K"},
           Case{Unit::bytes, "50m", 50 << 20, "50M"},
           Case{Unit::bytes, "1000", 1'000, "1000"},
           Case{Unit::bytes, "2T", 2ull << 40, "2T"},
           Case{Unit::bytes, "99999999999T", std::nullopt, ""},
           Case{Unit::bytes, "M", std::nullopt, ""},
           Case{Unit::bytes, "-1", std::nullopt, ""},
           Case{Unit::time, "5d", 432'000'000, "5d"},
           Case{Unit::time, "1h30m", 5'400'000, "1h30m"},
           Case{Unit::time, "250ms", 250, "250ms"},
           Case{Unit::time, "90s", 90'000, "1m30s"},
           Case{Unit::time, "5", std::nullopt, ""},
           Case{Unit::time, "", std::nullopt, ""},
           Case{Unit::time, "5w", std::nullopt, ""},
           Case{Unit::time, "213503982335d", std::nullopt, ""},
       }) {
    const auto parsed = parse_quantity(unit, text);
    ASSERT_EQ(parsed.has_value(), value.has_value()) << text;
    if (!parsed) continue;
    EXPECT_EQ(*parsed, *value) << text;
    EXPECT_EQ(show_quantity(unit, *parsed), shown);
  }
}

TEST(Field, SettingsAreDefaultsWithWhatIsConfigured) {
  const auto parsed = testing::parse_text(
      "smtp max-message-size 1M\n"
      "smtp limit max-rcpt 7\n"
      "smtp command-timeout 1m30s\n"
      "smtp announce no\n"
      "queue ttl 1d\n");
  ASSERT_TRUE(parsed.ok()) << parsed.text();
  const auto smtp = settings<testing::SmtpSettings>(parsed.configuration, testing::smtp_table);
  EXPECT_EQ(smtp.max_message_size, 1u << 20);
  EXPECT_EQ(smtp.max_recipients, 7u);
  EXPECT_EQ(smtp.max_mails, 100);
  EXPECT_EQ(smtp.command_timeout, std::chrono::seconds(90));
  EXPECT_FALSE(smtp.announce);
  EXPECT_EQ(smtp.greeting, "hello");
  EXPECT_EQ(settings<testing::QueueSettings>(parsed.configuration, testing::queue_table).ttl,
            std::chrono::days(1));
}

TEST(Field, RefusesWhatDoesNotFit) {
  struct Case {
    const char* statement;
    const char* expected;
  };
  for (const auto& [statement, expected] : {
           Case{"smtp max-mails 0", "expected a number from 1 to 65535"},
           Case{"smtp max-mails 65536", "expected a number from 1 to 65535"},
           Case{"smtp max-mails many", "expected a number"},
           Case{"smtp command-timeout 2h", "expected a time from 1ms to 1h"},
           Case{"smtp announce maybe", "expected yes or no"},
           Case{"smtp greeting \"\"", "expected a text that isn't empty"},
           Case{"smtp max-message-size 0", "expected a size from 1 to 18446744073709551615"},
       }) {
    const auto parsed = testing::parse_text(statement);
    EXPECT_TRUE(parsed.text().contains(expected)) << parsed.text();
  }
}

TEST(Field, TellsWhatChanged) {
  const testing::SmtpSettings before;
  testing::SmtpSettings after;
  EXPECT_TRUE(differences(testing::smtp_table, before, after).empty());
  after.announce = !after.announce;
  after.max_message_size *= 2;
  EXPECT_EQ(differences(testing::smtp_table, before, after),
            (std::vector<std::string>{"smtp max-message-size", "smtp announce"}));
}

TEST(Field, DescribesThemselves) {
  EXPECT_EQ(describe(testing::setting_tables), R"(# Settings

Every setting with its default and range. Made by `./dev docs` from the tables in the code: don't edit.
Sizes take K, M, G and T (1,024, …), times take ms, s, m, h and d. 0 never means unlimited.

## smtp

| statement | default | range | meaning |
|---|---|---|---|
| `smtp max-message-size` | `50M` | from 1 | Largest message accepted. |
| `smtp max-recipients` | `1000` | from 1 | Most recipients. Also written `smtp limit max-rcpt`. |
| `smtp max-mails` | `100` | from 1 | Most messages in one session. Also written `smtp limit max-mails`. |
| `smtp command-timeout` | `5m` | 1ms to 1h | Longest wait for a command. |
| `smtp announce` | `yes` | yes, no | Whether to say so. |
| `smtp greeting` | `hello` | text | What to say \| to whom. |

## queue

| statement | default | range | meaning |
|---|---|---|---|
| `queue ttl` | `5d` | from 1ms | How long to try. |
)");
}

}  // namespace
}  // namespace pillarbox::config
