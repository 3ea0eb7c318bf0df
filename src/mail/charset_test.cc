#include "mail/charset.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace pillarbox::mail {
namespace {

const struct {
  std::string_view charset, bytes, text;
} conversions[] = {
    {"utf-8", "a\xe2\x82\xac\xf0\x9f\x93\xac", "a€📬"},
    {"UTF8", "\xc3", "\xef\xbf\xbd"},
    {"utf-8", "\xc3(\x80\xe2\x82z", "\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbdz"},
    {"utf-8", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"us-ascii", "na\xefve \xc3\xa9 \x80", "naïve é €"},
    {"", "\x93q\x94", "“q”"},
    {"no-such-charset", "\xfc", "ü"},
    {"../../../etc/passwd", "\xfc", "ü"},
    {"iso-8859-1", "\x80\xfc", "€ü"},
    {"ISO-8859-15", "\xa4", "€"},
    {"koi8-r", "\xd0\xd2", "пр"},
    {"shift_jis", "\x82\xa0\x5c", "あ\\"},
    {"shift_jis", "\x7f\x82\xa0\x7f",
     "\x1a"
     "あ\x1a"},  // so has it IBM, whose table it is
    {"euc-kr", "\xb0\xa1", "가"},
    {"gb2312", "\xc4\xe3", "你"},
    {"big5", "\xa7\x41", "你"},
    {"iso-2022-jp", "\x1b$B$\"\x1b(Bx", "あx"},
    {"utf-7", "+AOk-x", "éx"},
    {"utf-16be", std::string_view("\0a\xd8\x3d\xdc\xec", 6), "a📬"},
    {"ibm037", "\xc1\xc2", "AB"},
};

TEST(Charset, BecomesUtf8InOnePieceAndInMany) {
  for (const auto& c : conversions) {
    EXPECT_EQ(to_utf8(c.bytes, c.charset), c.text) << c.charset << " " << to_hex(c.bytes);
    CharsetDecoder decoder(c.charset);
    for (int round = 0; round < 2; ++round) {  // after finish() it starts anew
      std::string utf8;
      for (const char byte : c.bytes) decoder.feed({&byte, 1}, utf8);
      decoder.finish(utf8);
      EXPECT_EQ(utf8, c.text) << c.charset << " " << to_hex(c.bytes) << " byte by byte";
    }
  }
}

TEST(Charset, LongTextsAreNotCutAtBuffers) {
  std::string bytes, expected;
  for (int i = 0; i < 3'000; ++i) {
    bytes += "\x90\x30\x81\x30";  // U+10000 in gb18030: a surrogate pair in the making
    expected += "\xf0\x90\x80\x80";
  }
  EXPECT_EQ(to_utf8("x" + bytes, "gb18030"), "x" + expected);
  EXPECT_EQ(to_utf8(bytes, "gb18030"), expected);
}

TEST(Charset, KnowsWhichThereAre) {
  for (const auto* known : {"utf-8", "US-ASCII", "iso-8859-1", "windows-1252", "GB2312", "Shift_JIS"}) {
    EXPECT_TRUE(is_known_charset(known)) << known;
  }
  for (const auto* unknown : {"", "no-such-charset", "utf-8,version=1", "../x"}) {
    EXPECT_FALSE(is_known_charset(unknown)) << unknown;
  }
}

}  // namespace
}  // namespace pillarbox::mail
