#include "config/format_check.h"

#include <gtest/gtest.h>

namespace pillarbox::config {
namespace {

TEST(FormatCheck, TakesWhatTheManualNames) {
  for (const char* text : {
           "",
           "plain",
           "100%",
           "%{sender}",
           "%{sender.user}@%{sender.domain}",
           "/var/%{rcpt.domain[0]}/x",
           "%{rcpt.domain[8:]}",
           "%{rcpt.domain[-3:]}",
           "%{rcpt.domain[0:-4]}",
           "%{rcpt:lowercase|strip}",
           "%{rcpt:raw}",
           "%{user.directory}/Mail",
           "%{dest.user[:2]:uppercase}",
           "%{mbox.from}",
       }) {
    EXPECT_TRUE(check_format(text, FormatPlace::delivery).has_value()) << text;
  }
  EXPECT_TRUE(check_format("nice %{mda}", FormatPlace::wrapper).has_value());
}

TEST(FormatCheck, SaysWhatIsWrong) {
  struct Case {
    const char* text;
    const char* error;
  };
  for (const auto& [text, error] : {
           Case{"%{sender", "\"%{\" isn't closed"},
           Case{"a %{sendr} b", "nothing is called %{sendr}; did you mean sender?"},
           Case{"%{mda}", "%{mda} means something in a wrapper only"},
           Case{"%{}", "nothing is called %{}"},
           Case{"%{rcpt[a]}", "%{rcpt} has no part [a]"},
           Case{"%{rcpt[1:2}", "%{rcpt} has no part "},
           Case{"%{rcpt:lower}", "there is no modifier \"lower\""},
           Case{"%{rcpt:}", "there is no modifier \"\""},
           Case{"%{rcpt[1]x}", "\"x\" behind %{rcpt…"},
       }) {
    const auto valid = check_format(text, FormatPlace::delivery);
    ASSERT_FALSE(valid.has_value()) << text;
    EXPECT_EQ(valid.error(), error);
  }
}

}  // namespace
}  // namespace pillarbox::config
