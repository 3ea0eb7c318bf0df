#include "mail/header.h"

#include <gtest/gtest.h>

#include <vector>

namespace pillarbox::mail {
namespace {

struct Field {
  std::string_view name, value, raw;
  friend bool operator==(const Field&, const Field&) = default;
  friend void PrintTo(const Field& field, std::ostream* out) {
    *out << testing::PrintToString(std::vector{field.name, field.value, field.raw});
  }
};

std::vector<Field> fields_of(std::string_view block) {
  std::vector<Field> fields;
  HeaderReader reader(block);
  while (const auto field = reader.next()) fields.push_back({field->name, field->value, field->raw});
  return fields;
}

TEST(Header, ReadsFieldsAndEndsAtTheEmptyLine) {
  const struct {
    std::string_view block;
    std::vector<Field> fields;
  } cases[] = {
      {"", {}},
      {"\r\nbody: x", {}},
      {"\nbody: x", {}},
      {"A: b", {{"A", " b", "A: b"}}},
      {"A: b\r\n\r\nC: d\r\n", {{"A", " b", "A: b\r\n"}}},
      {"A:b\nC: d\n\nx", {{"A", "b", "A:b\n"}, {"C", " d", "C: d\n"}}},
      {"A: b\r\n c\r\n\td\r\nE:\r\n",
       {{"A", " b\r\n c\r\n\td", "A: b\r\n c\r\n\td\r\n"}, {"E", "", "E:\r\n"}}},
      {"A: b\r\n \r\nC: d\r\n", {{"A", " b\r\n ", "A: b\r\n \r\n"}, {"C", " d", "C: d\r\n"}}},
      {"A \t: b\r\n", {{"A", " b", "A \t: b\r\n"}}},
      {"no field\r\nA: b\r\n", {{"", "no field", "no field\r\n"}, {"A", " b", "A: b\r\n"}}},
      {"no field: at all\r\n", {{"", "no field: at all", "no field: at all\r\n"}}},
      {": b\r\n", {{"", ": b", ": b\r\n"}}},
      {" folded first\r\nA: b\r\n", {{"", " folded first", " folded first\r\n"}, {"A", " b", "A: b\r\n"}}},
      {"A: b\rc\r\n", {{"A", " b\rc", "A: b\rc\r\n"}}},
  };
  for (const auto& c : cases) EXPECT_EQ(fields_of(c.block), c.fields) << testing::PrintToString(c.block);
}

TEST(Header, FindsTheFirstFieldWhateverItsCase) {
  const std::string_view block = "Subject: one\r\nSUBJECT: two\r\n\r\nFrom: x\r\n";
  EXPECT_EQ(find_field(block, "subject")->value, " one");
  EXPECT_FALSE(find_field(block, "subjec"));
  EXPECT_FALSE(find_field(block, "from"));
}

TEST(Header, UnfoldsByTakingLineEndsAwayOnly) {
  EXPECT_EQ(unfold(" a\r\n  b\n\tc \r\n"), "a  b\tc");
  EXPECT_EQ(unfold(" \r\n "), "");
  EXPECT_EQ(unfold("a\rb"), "a\rb");
}

TEST(Header, CollectsTheBlockFromChunksOfAnySize) {
  const struct {
    std::string_view stream;
    std::size_t size;
    bool is_complete;
  } cases[] = {
      {"A: b\r\n\r\nbody", 8, true},
      {"A: b\n\nbody", 6, true},
      {"\r\nbody", 2, true},
      {"\nbody", 1, true},
      {"A: b\r\n \r\n\r\n", 11, true},
      {"A: b\r\n\r", 7, false},
      {"A\r\n\rB\r\n\r\nx", 9, true},
      {"A\r\n\r\r\n\r\nx", 8, true},
      {"", 0, false},
  };
  for (const auto& c : cases) {
    for (std::size_t step = 1; step <= c.stream.size() + 1; ++step) {
      HeaderCollector collector(1'000);
      std::size_t at = 0;
      while (at < c.stream.size() && !collector.is_complete())
        at += collector.feed(c.stream.substr(at, step));
      EXPECT_EQ(at, c.size) << testing::PrintToString(c.stream) << " in steps of " << step;
      EXPECT_EQ(collector.is_complete(), c.is_complete) << testing::PrintToString(c.stream);
      EXPECT_EQ(collector.block(), c.stream.substr(0, c.size));
    }
  }
}

TEST(Header, KeepsNoMoreThanTheLimitButReadsOn) {
  HeaderCollector collector(6);
  EXPECT_EQ(collector.feed("A: bcdef\r\n\r\nbody"), 12u);
  EXPECT_EQ(collector.block(), "A: bcd");
  EXPECT_TRUE(collector.is_too_long());
  EXPECT_TRUE(collector.is_complete());
  EXPECT_EQ(collector.size(), 12u);
}

}  // namespace
}  // namespace pillarbox::mail
