#include "config/regex.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pillarbox::config {
namespace {

TEST(Regex, MatchesAsGrepDoes) {
  struct Case {
    const char* expression;
    const char* text;
    bool matches;
  };
  for (const auto& [expression, text, matches] : {
           Case{"example", "mail.example.org", true},
           Case{"^example", "mail.example.org", false},
           Case{"\\.org$", "mail.example.org", true},
           Case{"^.*\\.dyn\\..*$", "a.dyn.example", true},
           Case{"^[[:digit:]]+-[0-9]{1,3}\\.", "10-200.pool.example", true},
           Case{"^(mx|mail)[0-9]?\\.example$", "MAIL1.Example", true},
           Case{"(?i)EXAMPLE", "example", true},
           Case{"^a|b$", "xb", true},
           Case{"^a.b$", "a\nb", true},
           Case{"^b$", "a\nb", false},  // ends of the text, not of a line
           Case{"^a.b$",
                "a\xFF"
                "b",
                true},  // a byte that is no character is some character
           Case{"^a.b$", "aéb", true},
           Case{"\xC3\xA9", "É", true},
       }) {
    const auto regex = Regex::compile(expression);
    ASSERT_TRUE(regex.has_value()) << expression << ": " << regex.error();
    EXPECT_EQ(regex->matches(text), matches) << expression << " on " << text;
  }
}

TEST(Regex, RefusesWhatItCannotRead) {
  for (const std::string expression : {"", "(", "[a", "a**b(", "\\1(a)", "\\", "a{1001}{1001}", "\xFF"}) {
    EXPECT_FALSE(Regex::compile(expression).has_value()) << expression;
  }
  EXPECT_FALSE(Regex::compile(std::string(Regex::longest + 1, 'a')).has_value());
}

// What makes a backtracking matcher hang takes time in proportion to the text.
TEST(Regex, TakesLinearTime) {
  const auto regex = Regex::compile("^(a+)+(b?a)*$");
  ASSERT_TRUE(regex.has_value());
  EXPECT_FALSE(regex->matches(std::string(100'000, 'a') + "!"));
}

TEST(Regex, TellsWhatItsMatchesEndIn) {
  struct Case {
    const char* expression;
    const char* ending;
    bool is_whole;
  };
  for (const auto& [expression, ending, is_whole] : {
           Case{"^example\\.org$", "example.org", true},
           Case{"^Example[.]org$", "org", false},
           Case{"@example\\.org$", "@example.org", false},
           Case{"^.*@example\\.org$", "@example.org", false},
           Case{"^(a|b)\\.example\\.org$", ".example.org", false},
           Case{"(?i)\\.example\\.org$", ".example.org", false},
           Case{"example\\.org", "", false},        // goes on
           Case{"^example\\.org$|^x$", "", false},  // or something else
           Case{"example.org$", "org", false},      // "." is any character
           Case{"example\\.or?g$", "g", false},
           Case{"example\\.org+$", "", false},
           Case{"example\\.org{2}$", "", false},
           Case{"example\\.org$?", "", false},
           Case{"(example\\.org)$", "", false},
           Case{"(example\\.org$)", "", false},
           Case{"(@example\\.org$)?", "", false},
           Case{"\\\\.example\\.org$", "example.org", false},  // a backslash and any character
           Case{"[]a.]b\\.example$", "b.example", false},
           Case{"[^]]\\.example$", ".example", false},
           Case{"[\\]]\\.example$", ".example", false},
           Case{"[[:alpha:]]\\.example$", ".example", false},
           Case{"[[:alpha]x:]\\.example$", "", false},  // too odd
           Case{"^^a$", "a", false},
           Case{"a$b$", "", false},
           Case{"\\x41$", "", false},
       }) {
    const CertainEnding found = certain_ending(expression);
    EXPECT_EQ(found.text, ending) << expression;
    EXPECT_EQ(found.is_whole, is_whole) << expression;
  }
}

}  // namespace
}  // namespace pillarbox::config
