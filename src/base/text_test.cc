#include "base/text.h"

#include <gtest/gtest.h>

namespace pillarbox {
namespace {

TEST(Text, ParsesWholeDecimalsOnly) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), 18446744073709551615u);
  for (const auto* bad : {"", "-1", "+1", " 1", "1 ", "18446744073709551616", "0x1"}) {
    EXPECT_EQ(parse_decimal(bad), std::nullopt) << bad;
  }
}

TEST(Text, EscapesWhatCouldForgeALogLineOrSteerATerminal) {
  EXPECT_EQ(escape_controls("a\r\nb\x1b[2J"), "a\\x0d\\x0ab\\x1b[2J");
  EXPECT_EQ(escape_controls("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(escape_controls("\xff\xc2\x9b"), "\\xff\\xc2\\x9b");
}

TEST(Text, RejectsOverlongAndSurrogateUtf8) {
  EXPECT_TRUE(is_utf8("\xe2\x82\xac \xf0\x9f\x93\xac"));
  for (const auto* bad :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad)) << to_hex(bad);
  }
}

TEST(Text, Base64GoesBothWaysAndIsStrict) {
  for (const auto* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(base64_decode(base64_encode(text)), text);
  }
  EXPECT_EQ(base64_encode("fooba"), "Zm9vYmE=");
  for (const auto* bad : {"Zg", "Zg=", "=g==", "Zg==Zg==", "Z g=", "Zm9v\n"}) {
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
  }
}

TEST(Text, NearestWordFindsSlipsOnly) {
  EXPECT_EQ(nearest_word("lisen", {"listen", "match", "table"}), "listen");
  EXPECT_EQ(nearest_word("zebra", {"listen", "match", "action"}), std::nullopt);
}

}  // namespace
}  // namespace pillarbox
