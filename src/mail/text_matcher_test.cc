#include "mail/text_matcher.h"

#include <gtest/gtest.h>

#include "mail/unicode.h"

namespace pillarbox::mail {
namespace {

TEST(TextMatcher, ComparesByUnicodeCasemap) {
  const struct {
    std::string_view text, key;
    bool is_found;
  } cases[] = {
      {"Hello World", "o w", true},
      {"Hello World", "O W", true},
      {"Hello World", "ow", false},
      {"", "", true},
      {"x", "", true},
      {"", "x", false},
      {"GRÜẞE", "grü", true},
      {"Straße", "ß", true},
      {"caf\u00e9", "CAFE\u0301", true},
      {"\u01c4", "d\u017e",
       false},  // RFC 5051 §2's example: U+01C4 becomes "Dž" decomposed, and "dž" becomes "DŽ"
      {"\u01c4", "\u01c6", true},
      {"ﬀ", "FF", false},  // decomposed to "ff", which is not mapped again
      {"ﬀ", "ﬀ", true},
      {"日本語のテキスト", "本語", true},
      {"broken \xff byte", "\xfe", true},  // both U+FFFD
      {"aab", "ab", true},
      {"abababac", "ababac", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(contains_text(c.text, c.key), c.is_found) << c.text << " / " << c.key;
    TextMatcher matcher(c.key);
    CasemapStream stream;
    for (const char byte : c.text) matcher.feed(stream.feed({&byte, 1}));
    EXPECT_EQ(matcher.is_found(), c.is_found) << c.text << " / " << c.key << " byte by byte";
  }
}

TEST(TextMatcher, DoesNotMatchAcrossTexts) {
  TextMatcher matcher("ab");
  EXPECT_FALSE(matcher.feed("A"));
  matcher.finish();
  EXPECT_FALSE(matcher.feed("B"));
  matcher.finish();
  EXPECT_TRUE(matcher.feed("AB"));
  matcher.finish();
  EXPECT_TRUE(matcher.is_found());
  matcher.reset();
  EXPECT_FALSE(matcher.is_found());
}

TEST(Unicode, FoldsCaseFully) {
  EXPECT_EQ(fold_case("JOE"), "joe");
  EXPECT_EQ(fold_case("Straße"), fold_case("STRASSE"));
  EXPECT_EQ(fold_case("e\u0301"), fold_case("\u00c9"));
  EXPECT_EQ(fold_case("A\xff"), "a\xff");
}

}  // namespace
}  // namespace pillarbox::mail
