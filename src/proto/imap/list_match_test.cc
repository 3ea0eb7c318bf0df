#include "proto/imap/list_match.h"

#include <gtest/gtest.h>

#include <string>

namespace pillarbox::imap {
namespace {

struct Case {
  std::string_view pattern;
  std::string_view name;
  bool matches;
  bool could_match_below;
};

TEST(ListPattern, MatchesNamesAndKnowsWhatMayLieBelow) {
  const Case cases[] = {
      {"", "", true, false},
      {"*", "a", true, true},
      {"*", "a/b", true, true},
      {"%", "a", true, false},
      {"%", "a/b", false, false},
      {"a/%", "a/b", true, false},
      {"a/%", "a", false, true},
      {"a/%", "a/b/c", false, false},
      {"a/*", "a/b/c", true, true},
      {"%/%", "a", false, true},
      {"%/%", "a/b", true, false},
      {"*b", "a/b", true, true},
      {"*b", "a/bc", false, true},
      {"a*b*c", "a-b/c", true, true},
      {"a*b*c", "acb", false, true},
      {"%b%/c", "abd/c", true, false},
      {"%b%/c", "abd", false, true},
      {"%b%/c", "ad/c", false, false},
      {"%x%y", "x/xy", false, false},
      {"*x%y", "x/xy", true, true},
      {"**%*", "a/b", true, true},
      {"%%", "a", true, false},
      {"foo", "foo", true, false},
      {"foo", "Foo", false, false},
      {"foo", "fo", false, false},
      {"foo/bar/baz", "foo", false, true},
      {"foo/bar/baz", "foo/bar", false, true},
      {"foo/bar/baz", "bar", false, false},
      {"inbox", "INBOX", true, false},
      {"iNb%", "INBOX", true, false},
      {"inbox/x", "INBOX/x", true, false},
      {"inbox/X", "INBOX/x", false, false},
      {"inbox", "INBOXES", false, false},
      {"INBOX", "INBOX", true, false},
      {"box", "INBOX", false, false},
      {"\u00e4%", "\u00e4\u00f6", true, false},
  };
  for (const Case& c : cases) {
    const ListPattern pattern("", c.pattern, '/');
    EXPECT_EQ(pattern.matches(c.name), c.matches) << c.pattern << ' ' << c.name;
    EXPECT_EQ(pattern.could_match_below(c.name), c.could_match_below) << c.pattern << ' ' << c.name;
  }
}

TEST(ListPattern, PutsTheReferenceFirst) {
  EXPECT_TRUE(ListPattern("a/", "%", '/').matches("a/b"));
  EXPECT_FALSE(ListPattern("a/", "%", '/').matches("b"));
  EXPECT_TRUE(ListPattern("a", ".b", '.').matches("a.b"));
}

bool matches_slowly(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  const char c = pattern[0];
  if (c != '*' && c != '%') {
    return !name.empty() && name[0] == c && matches_slowly(pattern.substr(1), name.substr(1));
  }
  if (matches_slowly(pattern.substr(1), name)) return true;
  return !name.empty() && (c == '*' || name[0] != '/') && matches_slowly(pattern, name.substr(1));
}

TEST(ListPattern, AgreesWithTheDefinition) {
  std::uint32_t random = 7;
  const auto text = [&](std::string_view alphabet, std::size_t longest) {
    std::string made;
    random = random * 1664525 + 1013904223;
    for (std::size_t left = (random >> 8) % (longest + 1); left > 0; --left) {
      random = random * 1664525 + 1013904223;
      made += alphabet[(random >> 16) % alphabet.size()];
    }
    return made;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = text("ab/*%", 8);
    const std::string name = text("ab/", 10);
    ASSERT_EQ(ListPattern("", pattern, '/').matches(name), matches_slowly(pattern, name))
        << pattern << ' ' << name;
  }
}

TEST(ListPattern, HoldsLongPatterns) {
  std::string pattern;
  std::string name;
  for (int i = 0; i < 200; ++i) {
    pattern += "*a%b";
    name += "xxaab";
  }
  EXPECT_TRUE(ListPattern("", pattern, '/').matches(name));
  EXPECT_FALSE(ListPattern("", pattern, '/').matches(name + "c"));
  EXPECT_FALSE(ListPattern("", pattern + "b", '/').matches(std::string(1024, 'a')));
}

}  // namespace
}  // namespace pillarbox::imap
