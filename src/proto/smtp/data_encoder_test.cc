#include "proto/smtp/data_encoder.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/text.h"

namespace pillarbox::smtp {
namespace {

std::string encode(std::string_view text, std::size_t piece) {
  DataEncoder encoder;
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    encoder.feed(text.substr(0, piece), out);
  encoder.finish(out);
  return out;
}

TEST(DataEncoder, DoublesDotsAndEndsLines) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ".\r\n"},
      {"a\r\n", "a\r\n.\r\n"},
      {"a", "a\r\n.\r\n"},
      {".", "..\r\n.\r\n"},
      {".\r\n", "..\r\n.\r\n"},
      {"..\r\n", "...\r\n.\r\n"},
      {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
      {"a.b\r\n", "a.b\r\n.\r\n"},
      {"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r\n.\n.\r.\r\n", "a\r\n..\r\n..\r\n..\r\n.\r\n"},
      {"a\r", "a\r\n.\r\n"},
      {"a\r\r\n", "a\r\n\r\n.\r\n"},
      {"a\n\r\n", "a\r\n\r\n.\r\n"},
      {"\r\n\r\n", "\r\n\r\n.\r\n"},
      {std::string(300, 'x') + "\r\n." + std::string(300, 'y'),
       std::string(300, 'x') + "\r\n.." + std::string(300, 'y') + "\r\n.\r\n"},
  };
  for (const auto& [text, encoded] : rows) {
    EXPECT_EQ(encode(text, std::string::npos), encoded) << escape_controls(text);
    EXPECT_EQ(encode(text, 1), encoded) << escape_controls(text) << ", byte by byte";
  }
}

}  // namespace
}  // namespace pillarbox::smtp
