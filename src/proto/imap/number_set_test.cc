#include "proto/imap/number_set.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/imap/output.h"
#include "proto/imap/response.h"
#include "proto/imap/sequence_set.h"

namespace pillarbox::imap {
namespace {

std::string text_of(const NumberSet& set) {
  if (set.empty()) return "";
  Output out;
  write_number_set(out, set);
  return std::string(out.text());
}

TEST(NumberSet, SortsAndMergesRanges) {
  EXPECT_EQ(text_of(NumberSet({{7, 9}, {1, 2}, {3, 3}, {8, 12}, {20, 20}})), "1:3,7:12,20");
  EXPECT_EQ(text_of(NumberSet({{1, UINT32_MAX}, {5, 6}})), "1:4294967295");
  EXPECT_EQ(text_of(NumberSet()), "");
}

TEST(NumberSet, AddsAnywhere) {
  struct Case {
    NumberRange added;
    std::string_view result;
  };
  const Case cases[] = {
      {{1, 1}, "1,5:7,10:12,20"},
      {{4, 4}, "4:7,10:12,20"},
      {{8, 8}, "5:8,10:12,20"},
      {{8, 9}, "5:12,20"},
      {{6, 11}, "5:12,20"},
      {{1, 30}, "1:30"},
      {{13, 19}, "5:7,10:20"},
      {{21, 22}, "5:7,10:12,20:22"},
      {{6, 6}, "5:7,10:12,20"},
      {{30, 31}, "5:7,10:12,20,30:31"},
      {{15, UINT32_MAX}, "5:7,10:12,15:4294967295"},
  };
  for (const Case& c : cases) {
    NumberSet set({{5, 7}, {10, 12}, {20, 20}});
    set.add(c.added);
    EXPECT_EQ(text_of(set), c.result) << c.added.first << ':' << c.added.last;
  }
}

TEST(NumberSet, AgreesWithAPlainSetOfNumbers) {
  NumberSet set;
  std::set<std::uint32_t> plain;
  std::uint32_t random = 1;
  for (int i = 0; i < 2000; ++i) {
    random = random * 1664525 + 1013904223;
    const std::uint32_t first = 1 + random % 500;
    const std::uint32_t last = first + (random >> 20) % 4;
    if (i % 3 == 0) set = NumberSet(std::vector(set.ranges().begin(), set.ranges().end()));
    set.add(NumberRange{first, last});
    for (std::uint32_t n = first; n <= last; ++n) plain.insert(n);
    ASSERT_EQ(set.size(), plain.size());
  }
  for (std::uint32_t n = 1; n < 510; ++n) EXPECT_EQ(set.contains(n), plain.contains(n)) << n;
}

TEST(SequenceSet, ResolvesStars) {
  struct Case {
    std::string_view text;
    std::uint32_t largest;
    std::string_view result;
  };
  const Case cases[] = {
      {"1", 10, "1"},          {"4294967295", 1, "4294967295"},
      {"3:1,7", 10, "1:3,7"},  {"2,4:7,9,12:*", 15, "2,4:7,9,12:15"},
      {"*:4,5:7", 10, "4:10"}, {"*", 10, "10"},
      {"*:*", 10, "10"},       {"*,5:*,3:*", 10, "3:10"},
      {"3291:*", 559, "559"},  // RFC 3501 §9: includes the last message even so
      {"5,*", 3, "3,5"},       {"*", 0, ""},
      {"1:*", 0, ""},          {"2,1:*", 0, "2"},
  };
  for (const Case& c : cases) {
    const auto set = SequenceSet::parse(c.text);
    ASSERT_TRUE(set) << c.text;
    EXPECT_EQ(text_of(set->resolve(c.largest)), c.result) << c.text;
  }
}

TEST(SequenceSet, TellsWhatWasWrittenOut) {
  const auto set = SequenceSet::parse("5,3:*,*,9:7");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->star_from(), 3u);
  EXPECT_EQ(text_of(set->numbers()), "5,7:9");
  EXPECT_EQ(SequenceSet::parse("*")->star_from(), SequenceSet::star_alone);
  EXPECT_EQ(SequenceSet::parse("1:2")->star_from(), std::nullopt);
}

TEST(SequenceSet, RefusesWhatIsNone) {
  for (const auto* bad : {"", "0", "01", "1,", ",1", "1:", ":1", "1::2", "1:2:3", "4294967296", "a", "1 ",
                          "-1", "**", "1,,2", "0:*", "99999999999999999999999"}) {
    EXPECT_FALSE(SequenceSet::parse(bad)) << bad;
  }
}

TEST(SequenceSet, HoldsAsManyRangesAsALineAndNoMore) {
  std::string text;
  for (int i = 32768; i > 0; --i) text += std::to_string(i * 2) + ',';
  text.pop_back();
  const auto set = SequenceSet::parse(text);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->numbers().size(), 32768u);
  EXPECT_EQ(SequenceSet::parse(text + ",1").error(), SyntaxError::too_many_items);
}

}  // namespace
}  // namespace pillarbox::imap
