#include "proto/smtp/data_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pillarbox::smtp {
namespace {

struct Decoded {
  std::string text;
  DataDecoder::Status status = DataDecoder::Status::more;
  std::string rest;
};

// Feeds `input` in pieces of `step` bytes.
Decoded decode(std::string_view input, std::size_t step) {
  Decoded result;
  DataDecoder decoder;
  while (!input.empty()) {
    std::string_view piece = input.substr(0, step);
    input.remove_prefix(piece.size());
    while (!piece.empty()) {
      const auto got = decoder.take(piece);
      result.text += got.text;
      result.status = got.status;
      if (got.status == DataDecoder::Status::more) continue;
      result.rest = std::string(piece) + std::string(input);
      return result;
    }
  }
  return result;
}

using enum DataDecoder::Status;

TEST(DataDecoder, DecodesInPiecesOfAnySize) {
  const std::string long_line(1000, 'x');
  struct Case {
    std::string input;
    std::string text;
    DataDecoder::Status status;
    std::string rest;
  };
  const std::vector<Case> cases = {
      {".\r\n", "", end, ""},
      {"\r\n.\r\n", "\r\n", end, ""},
      {"a\r\n.\r\nQUIT\r\n", "a\r\n", end, "QUIT\r\n"},
      {"..\r\n.\r\n", ".\r\n", end, ""},
      {"a\r\n..b\r\n.c\r\n.\r\n", "a\r\n.b\r\nc\r\n", end, ""},
      {"a.b\r\n.\r\n", "a.b\r\n", end, ""},
      {"a\r\n...\r\n.\r\n", "a\r\n..\r\n", end, ""},
      {long_line + "\r\n." + long_line + "\r\n.\r\n", long_line + "\r\n" + long_line + "\r\n", end, ""},
      {"a\r\n.", "a\r\n", more, ""},
      {"a\r\n.\r", "a\r\n", more, ""},
      {std::string("\0\xff\r\n.\r\n", 7), std::string("\0\xff\r\n", 4), end, ""},
  };
  for (const auto& c : cases) {
    for (std::size_t step = 1; step <= c.input.size(); ++step) {
      const auto got = decode(c.input, step);
      EXPECT_EQ(got.text, c.text) << step;
      EXPECT_EQ(got.status, c.status) << c.input << " in steps of " << step;
      EXPECT_EQ(got.rest, c.rest) << step;
    }
  }
}

// What servers have taken for the end of a message. Each must be an error, wherever the stream is cut.
TEST(DataDecoder, RefusesEveryFalseEnd) {
  const std::vector<std::pair<std::string, DataDecoder::Status>> cases = {
      {"a\n.\n", bare_lf},
      {"a\n.\r\n", bare_lf},
      {"a\r\n.\n", bare_lf},
      {"a\r.\r", bare_cr},
      {"a\r.\r\n", bare_cr},
      {"a\r\n.\rb", bare_cr},
      {"a\r\n.\r\r\n", bare_cr},
      {"a\r\r\n.\r\n", bare_cr},
      {"a\n\n.\r\n", bare_lf},
      {"\n.\r\n", bare_lf},
      {"\r.\r\n", bare_cr},
      {".\n", bare_lf},
      {"a\r\n\r.\r\n", bare_cr},
      {"a\r\n\n.\r\n", bare_lf},
      {std::string("a\r\0\n.\r\n", 7), bare_cr},
      {std::string(700, 'x') + "\n" + std::string(700, 'x'), bare_lf},
      {std::string(700, 'x') + "\r" + std::string(700, 'x'), bare_cr},
  };
  for (const auto& [input, status] : cases) {
    for (std::size_t step = 1; step <= input.size(); ++step) {
      EXPECT_EQ(decode(input, step).status, status) << input << " in steps of " << step;
    }
  }
}

TEST(DataDecoder, GivesViewsIntoItsInput) {
  const std::string input = "Subject: x\r\n\r\nbody\r\n.\r\n";
  std::string_view left = input;
  DataDecoder decoder;
  const auto piece = decoder.take(left);
  EXPECT_EQ(piece.text.data(), input.data());
  EXPECT_EQ(piece.text.size(), input.size() - 3);
}

TEST(LineBreakCheck, KnowsCrlfAcrossPieces) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"", true},
      {"a\r\nb", true},
      {"a\r\n.\r\n", true},
      {"a\r\n..\n", false},
      {"a\n", false},
      {"a\rb", false},
      {"a\r", false},
      {"\n", false},
      {"a\r\r\n", false},
      {"a\r.\n", false},
      {".\r\n..\r\n", true},
      {std::string(600, '.') + "\r\n", true},
      {std::string(600, '.') + "\n", false},
  };
  for (const auto& [text, clean] : cases) {
    for (std::size_t step = 1; step <= text.size() + 1; ++step) {
      LineBreakCheck check;
      for (std::size_t i = 0; i < text.size(); i += step) check.feed(std::string_view(text).substr(i, step));
      EXPECT_EQ(check.is_clean(), clean) << text << " in steps of " << step;
    }
  }
}

}  // namespace
}  // namespace pillarbox::smtp
