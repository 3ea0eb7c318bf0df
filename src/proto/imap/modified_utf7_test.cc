#include "proto/imap/modified_utf7.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace pillarbox::imap {
namespace {

TEST(ModifiedUtf7, GoesBothWays) {
  struct Case {
    std::string_view wire;
    std::string_view name;
  };
  const Case cases[] = {
      {"", ""},
      {"INBOX", "INBOX"},
      {"&-", "&"},
      {"a&-b&-", "a&b&"},
      {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e"},  // RFC 3501 §5.1.3
      {"Entw&APw-rfe", "Entw\u00fcrfe"},
      {"&AOQA9gD8-", "\u00e4\u00f6\u00fc"},
      {"&2D3cjA-", "\U0001f48c"},
      {"&2D3cjCY7-x", "\U0001f48c\u263bx"},
      {"&AAE-", "\x01"},
      {"&AH8-", "\x7f"},
      {"&AOQ-&-", "\u00e4&"},
      {"&-&AOQ-", "&\u00e4"},
      {"\"\\ ", "\"\\ "},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(decode_modified_utf7(c.wire), c.name) << c.wire;
    EXPECT_EQ(encode_modified_utf7(c.name), c.wire) << c.wire;
  }
}

TEST(ModifiedUtf7, RefusesEverySecondSpelling) {
  for (const auto* bad : {
           "&",           // not ended
           "&AOQ",        // not ended
           "&AO-",        // half a character
           "&AOQA-",      // one and a half
           "&AOR-",       // padding that isn't zero
           "&AOQ/-",      // "/" of plain base64
           "&AOQ=-",      // its padding
           "&AEE-",       // "A" needs no base64
           "&ACY-",       // nor does "&"
           "&AAA-",       // NUL
           "&AOQ-&APY-",  // two shifts where one does
           "&2D0-",       // half a surrogate pair
           "&3IzYPQ-",    // the halves swapped
           "&2D3YPQ-",    // two first halves
           "\xc3\xa4",    // raw 8-bit
           "a\tb",        // a control
           "&&-",         // "&" inside base64
           "&AOQ -",      // a space inside
       }) {
    EXPECT_EQ(decode_modified_utf7(bad), std::nullopt) << bad;
  }
}

TEST(ModifiedUtf7, WritesWhatIsNotUtf8AsReplacementCharacters) {
  EXPECT_EQ(encode_modified_utf7("a\xff"), "a&,,0-");
  for (const auto* bad :
       {"\xc3", "\xe2\x82", "\xf0\x9f\x92", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x80"}) {
    const auto name = decode_modified_utf7(encode_modified_utf7(bad));
    ASSERT_TRUE(name) << to_hex(bad);
    EXPECT_TRUE(is_utf8(*name) && name->starts_with("\ufffd")) << to_hex(bad);
  }
}

}  // namespace
}  // namespace pillarbox::imap
