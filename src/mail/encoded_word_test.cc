#include "mail/encoded_word.h"

#include <vector>

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

TEST(EncodedWord, IsDecodedAndFoldingGoes) {
  const struct {
    std::string_view value, text;
  } cases[] = {
      {" plain ", "plain"},
      {" a\r\n\tb  c \r\n  d", "a b  c d"},
      {"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"},
      {"=?ISO-8859-1*de?B?R3L832U=?= an", "Grüße an"},
      {"=?us-ascii?q?a?= =?us-ascii?q?b?= c", "ab c"},
      {"=?us-ascii?q?a?=\r\n =?us-ascii?b?Yg==?=\r\n c", "ab c"},
      {"=?us-ascii?q?a_?=b", "a b"},
      {"=?us-ascii?q?_a_?=", " a "},
      {"=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=", "€"},
      {"=?utf-8?q?=E2=82?= =?utf-8?b?rA==?=", "€"},
      {"=?utf-8?q?=E2=82?= x", "\xef\xbf\xbd x"},
      {"=?gb2312?B?xOO6ww==?=", "你好"},
      {"=?iso-2022-jp?B?GyRCJCIbKEI=?=", "あ"},
      {"=?x-unknown?q?=FC?=", "ü"},
      {"=?us-ascii?q?a=0D=0AX-Forged:_b?=", "a  X-Forged: b"},
      {"=?us-ascii?x?a?=", "=?us-ascii?x?a?="},
      {"=?us-ascii?q?a", "=?us-ascii?q?a"},
      {"=?us-ascii?q?a =?us-ascii?q?b?=", "a =?us-ascii?q?b"},
      {"a=?b=c?d", "a=?b=c?d"},
      {"=?us-ascii?q?=4?=", "=4"},
      {"Gr\xfc\xdf"
       "e",
       "Grüße"},
      {"Gr\xc3\xbc\xc3\x9f"
       "e",
       "Grüße"},
      {"", ""},
      {" \r\n ", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(decode_text(c.value), c.text) << c.value;
}

TEST(EncodedWord, ListsAreSplitAtCommasOutsideOfWords) {
  using List = std::vector<std::string>;
  EXPECT_EQ(decode_phrase_list(" a b , =?utf-8?q?c,d?= e,,f"), (List{"a b", "c,d e", "f"}));
  EXPECT_EQ(decode_phrase_list(" , "), List{});
}

}  // namespace
}  // namespace pillarbox::mail
