#include "proto/smtp/reply_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/text.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

// "CODE ENHANCED TEXT", one a reply, "…" for an unfinished one; or the error.
std::string read(std::string_view bytes, std::size_t piece) {
  ReplyReader reader;
  std::string result;
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    while (!input.empty()) {
      const auto reply = reader.take(input);
      if (!reply) return result + "error: " + std::string(describe(reply.error()));
      if (!*reply) continue;
      const auto& enhanced = (*reply)->enhanced;
      const std::string code =
          enhanced ? std::to_string(enhanced->subject) + "." + std::to_string(enhanced->detail) : "-";
      result += std::to_string((*reply)->code) + " " + code + " " + (*reply)->text + "|";
    }
  }
  return result + (reader.is_amid() ? "..." : "");
}

struct Row {
  std::string bytes;
  std::string result;
};

const std::vector<Row> rows = {
    {"250 ok\r\n", "250 - ok|"},
    {"250\r\n", "250 - |"},
    {"250 \r\n", "250 - |"},
    {"220 mx ESMTP\n", "220 - mx ESMTP|"},
    {"250-mx\r\n250-SIZE 1000\r\n250 PIPELINING\r\n", "250 - mx\nSIZE 1000\nPIPELINING|"},
    {"250-mx\r\n250\r\n", "250 - mx\n|"},
    {"250 2.1.5 ok\r\n354 go\r\n", "250 1.5 ok|354 - go|"},
    {"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "550 1.1 no such\nuser|"},
    {"550-no such\r\n550 5.1.10 user\r\n", "550 1.10 no such\nuser|"},
    {"550 4.7.1 the class lies\r\n", "550 7.1 the class lies|"},
    {"550 5.7.1\r\n", "550 7.1 |"},
    {"250 2.1.5x\r\n", "250 - 2.1.5x|"},
    {"250 2.1234.5 x\r\n", "250 - 2.1234.5 x|"},
    {"250 2.999.5 x\r\n", "250 - 2.999.5 x|"},
    {"250 3.1.1 x\r\n", "250 - 3.1.1 x|"},
    {"250 8.8.8.8 is a server\r\n", "250 - 8.8.8.8 is a server|"},
    {"250 5.5.5.5 is another\r\n", "250 - 5.5.5.5 is another|"},
    {std::string("550 a\0b\x1b[31m\xff\r\r\n", 16), "550 - a\\x00b\\x1b[31m\\xff\\x0d|"},
    {"250 gr\xc3\xbc\xc3\x9f\r\n", "250 - gr\xc3\xbc\xc3\x9f|"},
    {"250 ok", "..."},
    {"250-ok\r\n", "..."},
    {"", ""},
    {"\r\n", "error: something that is no reply"},
    {"25\r\n", "error: something that is no reply"},
    {"2500 x\r\n", "error: something that is no reply"},
    {"250_x\r\n", "error: something that is no reply"},
    {"150 x\r\n", "error: something that is no reply"},
    {"650 x\r\n", "error: something that is no reply"},
    {" 250 x\r\n", "error: something that is no reply"},
    {"+OK POP3\r\n", "error: something that is no reply"},
    {"250-a\r\n550 b\r\n", "error: a reply with more than one code"},
    {"250 a\r\nnonsense\r\n", "250 - a|error: something that is no reply"},
};

TEST(ReplyReader, ReadsWhatServersSay) {
  for (const auto& [bytes, result] : rows) {
    EXPECT_EQ(read(bytes, std::string::npos), result) << escape_controls(bytes);
    EXPECT_EQ(read(bytes, 1), result) << escape_controls(bytes) << ", byte by byte";
  }
}

TEST(ReplyReader, IsBounded) {
  const std::string longest = "250 " + std::string(max_server_line - 6, 'x');
  EXPECT_EQ(read(longest + "\r\n", 100), "250 - " + longest.substr(4) + "|");
  EXPECT_EQ(read(longest + "x\r\n", 100), "error: a reply whose line has no end");
  EXPECT_EQ(read(std::string(max_server_line + 1, 'x'), 100), "error: a reply whose line has no end");

  std::string lines;
  for (std::size_t i = 1; i < max_server_lines; ++i) lines += "250-x\r\n";
  EXPECT_EQ(read(lines + "250 x\r\n", 1000).substr(0, 10), "250 - x\nx\n");
  EXPECT_EQ(read(lines + "250-x\r\n250 x\r\n", 1000), "error: a reply without end");

  std::string bytes;
  while (bytes.size() <= max_server_reply) bytes += "250-" + std::string(1'000, 'x') + "\r\n";
  EXPECT_EQ(read(bytes, 1000), "error: a reply without end");
}

}  // namespace
}  // namespace pillarbox::smtp
