#include "tables/alias_target.h"

#include <gtest/gtest.h>

#include "tables/testing.h"

namespace pillarbox::tables {
namespace {

struct Case {
  const char* text;
  const char* expected;  // the kind and what it says, or "wrong: why"
};

std::string described(std::string_view text) {
  const auto target = parse_alias_target(text);
  if (!target) return "wrong: " + target.error();
  constexpr const char* kinds[] = {"name ", "address ", "domain ", "command ", "file ", "include ", ""};
  return kinds[target->index()] + text_of(*target);
}

TEST(AliasTarget, ReadsEveryKind) {
  const Case cases[] = {
      {"anna", "name anna"},
      {"Anna+lists", "name Anna+lists"},
      {"\\anna", "name \\anna"},
      {"\"anna\"", "name anna"},
      {"\"joe smith\"", "name joe smith"},
      {"\\\"joe smith\"", "name \\joe smith"},
      {"b\xc3\xbc", "name b\xc3\xbc"},
      {"bob@Example.ORG", "address bob@example.org"},
      {"<bob@example.org>", "address bob@example.org"},
      {"\"a,b c\"@example.org", "address \"a,b c\"@example.org"},
      {"\"a@b\"@example.org", "address \"a@b\"@example.org"},
      {"b\xc3\xbc@b\xc3\xbc"
       "cher.example",
       "address b\xc3\xbc@xn--bcher-kva.example"},
      {"bob@[192.0.2.1]", "address bob@[192.0.2.1]"},
      {"@Example.net", "domain @example.net"},
      {"|/bin/cat", "command |/bin/cat"},
      {"|/bin/cat a b", "command |/bin/cat a b"},
      {"\"|/bin/cat a, b\"", "command |/bin/cat a, b"},
      {"|\"/bin/cat a, b\"", "command |/bin/cat a, b"},
      {"| /bin/cat", "command |/bin/cat"},
      {"\"|/bin/sh -c \\\"x y\\\"\"", "command |/bin/sh -c \"x y\""},
      {"|/bin/cat -m \"a b\"", "command |/bin/cat -m \"a b\""},
      {"|bob@example.org", "command |bob@example.org"},
      {"/var/mail/shared", "file /var/mail/shared"},
      {"\"/var/mail/with space\"", "file /var/mail/with space"},
      {"/dev/null", "file /dev/null"},
      {":include:/etc/list", "include :include:/etc/list"},
      {":Include: /etc/list", "include :include:/etc/list"},
      {"\":include:/etc/a list\"", "include :include:/etc/a list"},
      {"error:550 She has left", "error:550 5.2.1 She has left"},
      {"error:450 4.7.1 later, please", "error:450 4.7.1 later, please"},
      {"\"error: 551 see bob@example.org\"", "error:551 5.2.1 see bob@example.org"},
      {"error:550 4.7.1 of another class", "error:550 5.2.1 4.7.1 of another class"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(described(text), expected) << text;
}

TEST(AliasTarget, SaysWhatIsWrong) {
  const std::string long_name(400, 'x');
  const Case cases[] = {
      {"", "wrong: it is empty"},
      {"\\", "wrong: it is empty"},
      {"\"\"", "wrong: it is empty"},
      {"<>", "wrong: it is empty"},
      {"anna bob", "wrong: it isn't one name"},
      {"an\"na", "wrong: it isn't one name"},
      {"a@b@c", "wrong: it isn't an address: there is text behind the address"},
      {"@", "wrong: there is no domain behind \"@\""},
      {"@-x", "wrong: there is no domain behind \"@\""},
      {"|", "wrong: there is no command behind \"|\""},
      {"|  ", "wrong: there is no command behind \"|\""},
      {":include:list", "wrong: the included file's path doesn't begin with \"/\""},
      {":include:", "wrong: the included file's path doesn't begin with \"/\""},
      {"error:", "wrong: error: needs a code from 400 to 459 or from 500 to 559 and a text"},
      {"error:250 ok", "wrong: error: needs a code from 400 to 459 or from 500 to 559 and a text"},
      {"error:599 no", "wrong: error: needs a code from 400 to 459 or from 500 to 559 and a text"},
      {"error:5500 no", "wrong: error: needs a code from 400 to 459 or from 500 to 559 and a text"},
      {"error:550", "wrong: error: needs a text behind the code"},
      {"error:550 5.1.1", "wrong: error: needs a text behind the code"},
      {"error:550 weg f\xc3\xbcr immer", "wrong: SMTP replies are printable ASCII"},
      {"b\xfc", "wrong: it isn't UTF-8"},
      {"a\x01z", "wrong: it has control characters"},
      {"|cat\nrm", "wrong: it has control characters"},
      {long_name.c_str(), "wrong: it is too long"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(described(text), expected) << text;
}

TEST(AliasTarget, SplitsAtCommasOutsideQuotes) {
  using Texts = std::vector<std::string_view>;
  EXPECT_EQ(split_alias_targets("a, b ,c"), (Texts{"a", "b", "c"}));
  EXPECT_EQ(split_alias_targets("\"|x a, b\", c"), (Texts{"\"|x a, b\"", "c"}));
  EXPECT_EQ(split_alias_targets("a, error:550 no, never, ever"), (Texts{"a", "error:550 no, never, ever"}));
  EXPECT_EQ(split_alias_targets("a\\,b, c"), (Texts{"a\\,b", "c"}));
  EXPECT_EQ(split_alias_targets(""), (Texts{""}));
  EXPECT_EQ(split_alias_targets("a,"), (Texts{"a", ""}));
}

TEST(TargetList, ReadsAForward) {
  const auto [list, errors] = testing::read<TargetList>(
      "# empty lines are ignored\n"
      "\n"
      "user@example.com\t# anything after # is ignored\n"
      "\"|/path/to/mda --x\"\n"
      "\\anna, bob\n"
      "a b\n"
      "last");
  std::vector<std::string> texts;
  for (const AliasTarget& target : list.targets) texts.push_back(text_of(target));
  EXPECT_EQ(texts,
            (std::vector<std::string>{"user@example.com", "|/path/to/mda --x", "\\anna", "bob", "last"}));
  EXPECT_EQ(errors, std::vector<std::string>{"6: target \"a b\": it isn't one name; it is ignored"});
}

}  // namespace
}  // namespace pillarbox::tables
