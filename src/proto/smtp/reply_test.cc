#include "proto/smtp/reply.h"

#include <gtest/gtest.h>

#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

std::string written(const Reply& reply) {
  std::string out;
  write(reply, out);
  return out;
}

TEST(Reply, WritesCodesOnEveryLine) {
  EXPECT_EQ(written({.code = 250, .enhanced = EnhancedCode{1, 5}, .text = "OK"}), "250 2.1.5 OK\r\n");
  EXPECT_EQ(written({.code = 550, .enhanced = EnhancedCode{1, 1}, .text = "No such user\nhere\n"}),
            "550-5.1.1 No such user\r\n550-5.1.1 here\r\n550 5.1.1 \r\n");
  EXPECT_EQ(written({.code = 250, .text = "mx.example\nPIPELINING\nHELP"}),
            "250-mx.example\r\n250-PIPELINING\r\n250 HELP\r\n");
  EXPECT_EQ(written({.code = 354, .text = ""}), "354 \r\n");
}

TEST(Reply, CannotBeMadeIntoTwoByItsText) {
  EXPECT_EQ(written({.code = 501, .enhanced = EnhancedCode{5, 4}, .text = "a\r\n250 OK\x1b"}),
            "501-5.5.4 a?\r\n501 5.5.4 250 OK?\r\n");
}

TEST(Reply, KeepsLinesWithinTheLimit) {
  for (const std::string_view letter : {"x", "\xc3\xa9", "\xf0\x9f\x93\xac", "\x80"}) {
    std::string text;
    while (text.size() < 2'000) text += letter;
    const std::string out = written({.code = 250, .enhanced = EnhancedCode{0, 0}, .text = text});
    std::string joined;
    std::size_t lines = 0;
    for (std::size_t at = 0; at < out.size();) {
      const auto end = out.find("\r\n", at);
      ASSERT_NE(end, std::string::npos);
      ASSERT_LE(end + 2 - at, max_reply_line);
      EXPECT_EQ(out[at + 3], end + 2 == out.size() ? ' ' : '-');
      joined += out.substr(at + 10, end - at - 10);
      at = end + 2;
      ++lines;
    }
    EXPECT_EQ(joined, text);
    EXPECT_EQ(lines, 4u);
  }
}

}  // namespace
}  // namespace pillarbox::smtp
