#include "smtpd/tally.h"

#include <gtest/gtest.h>

#include "smtpd/replies.h"

namespace pillarbox::smtpd {
namespace {

using enum Tally::Verdict;

Tally::Verdict after(Tally& tally, std::string_view line, const Reply& reply,
                     Tally::Stress stress = Tally::Stress::calm) {
  const auto command = smtp::parse_command(line);
  return tally.saw(command ? &*command : nullptr, reply, Settings{}, stress);
}

TEST(Tally, SlowsDownAndDropsByErrors) {
  Tally tally;
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(after(tally, "MAIL FROM:<>", replies::hello_first()), go_on) << i;
  for (int i = 5; i <= 14; ++i)
    EXPECT_EQ(after(tally, "MAIL FROM:<>", replies::hello_first()), slow_down) << i;
  EXPECT_EQ(after(tally, "MAIL FROM:<>", replies::hello_first()), too_many_errors);
}

TEST(Tally, CountsNoErrorsOfOurs) {
  Tally tally;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(after(tally, "RCPT TO:<a@b.example>", replies::too_many_recipients()), go_on);
    EXPECT_EQ(after(tally, "DATA", replies::message_too_large()), go_on);
    EXPECT_EQ(after(tally, "MAIL FROM:<>", replies::sender_ok()), go_on);
  }
}

TEST(Tally, CountsRefusedRecipientsByThemselves) {
  Tally tally;
  const Reply unknown = replies::of(route::Refusal::unknown_user);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(after(tally, "RCPT TO:<a@b.example>", unknown), go_on);
  EXPECT_EQ(after(tally, "RCPT TO:<a@b.example>", unknown), too_many_refused_recipients);
}

TEST(Tally, EndsJunk) {
  Tally tally;
  for (int i = 0; i < 50; ++i) EXPECT_EQ(after(tally, "NOOP", replies::ok()), go_on);
  EXPECT_EQ(after(tally, "RSET", replies::ok()), too_much_junk);
}

TEST(Tally, IsShorterUnderStress) {
  Tally tally;
  EXPECT_EQ(after(tally, "EHLO x", replies::ok(), Tally::Stress::stressed), go_on);
  EXPECT_EQ(after(tally, "EHLO x", replies::ok(), Tally::Stress::stressed), go_on);
  EXPECT_EQ(after(tally, "NOOP", replies::ok(), Tally::Stress::stressed), go_on);
  EXPECT_EQ(after(tally, "NOOP", replies::ok(), Tally::Stress::stressed), too_much_junk);
}

TEST(Tally, ForgivesWhoDelivers) {
  Tally tally;
  for (int i = 1; i <= 14; ++i) after(tally, "BOGUS", replies::not_offered());
  tally.forgive();
  EXPECT_EQ(after(tally, "BOGUS", replies::not_offered()), go_on);
}

}  // namespace
}  // namespace pillarbox::smtpd
