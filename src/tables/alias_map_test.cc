#include "tables/alias_map.h"

#include <gtest/gtest.h>

#include "tables/testing.h"

namespace pillarbox::tables {
namespace {

using namespace std::string_literals;

std::vector<std::string> texts(const std::vector<AliasTarget>* targets) {
  std::vector<std::string> result;
  if (targets == nullptr) return {"none"};
  for (const AliasTarget& target : *targets) result.push_back(text_of(target));
  return result;
}
using Texts = std::vector<std::string>;

TEST(AliasMap, ReadsTheGuidesFile) {
  const auto [map, errors] = testing::read<AliasMap>(
      "# Aliases\n"
      "mailer-daemon:   postmaster\n"
      "postmaster:      m+postmaster@example.org\n"
      "root:            pi\n"
      "pi:              m+pi@example.org\n"
      "\n"
      "# My virtual addresses\n"
      "example.org:        true\n"
      "m@example.org       m\n"
      "mayeu@example.org   m\n");
  EXPECT_EQ(errors, Texts{});
  EXPECT_EQ(texts(map.find_name("MAILER-daemon")), Texts{"postmaster"});
  EXPECT_EQ(texts(map.find_name("postmaster")), Texts{"m+postmaster@example.org"});
  EXPECT_EQ(texts(map.find_address("Mayeu", "example.org")), Texts{"m"});
  EXPECT_EQ(map.find_name("example.org"), nullptr);
  EXPECT_EQ(map.find_name("m"), nullptr);
}

TEST(AliasMap, ReadsEveryForm) {
  const auto [map, errors] = testing::read<AliasMap>(
      "info: anna, bob@Example.ORG,\tcarol   # the three\n"
      "sales:anna\n"
      "many:\n"
      "\tanna,\n"
      "  bob,   # goes on\n"
      "  carol\n"
      "more: anna,\n"
      "next: bob\n"
      "@example.net anna\n"
      "@ bob\n"
      "\"joe smith\"@example.org: joe\n"
      "joe.#1@example.org: joe\n"
      "self: \\self, anna\n"
      "quoted: \"anna\", \"a,b\"@example.org\n"
      "UPPER@EXAMPLE.ORG: anna\n"
      "b\xc3\xbc@b\xc3\xbc"
      "cher.example: anna\n"
      "arrow => anna\n"
      "joined: anna, \\\n"
      "bob \\\n"
      "# a comment between\n"
      "\"|/bin/cat a b\"\n"
      "after: carol\n"
      "many-kinds: \\x, \"|/bin/cat a, b\", /var/mail/y, :include:/etc/list, @example.net\n"
      "left: error:550 5.1.6 She has left, try bob@example.org\n");
  EXPECT_EQ(errors, Texts{});
  EXPECT_EQ(texts(map.find_name("info")), (Texts{"anna", "bob@example.org", "carol"}));
  EXPECT_EQ(texts(map.find_name("sales")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("many")), (Texts{"anna", "bob", "carol"}));
  EXPECT_EQ(texts(map.find_name("more")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("next")), Texts{"bob"});
  EXPECT_EQ(texts(map.find_domain("example.net")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_rest()), Texts{"bob"});
  EXPECT_EQ(texts(map.find_address("Joe Smith", "example.org")), Texts{"joe"});
  EXPECT_EQ(texts(map.find_address("joe.#1", "example.org")), Texts{"joe"});
  EXPECT_EQ(texts(map.find_name("self")), (Texts{"\\self", "anna"}));
  EXPECT_EQ(texts(map.find_name("quoted")), (Texts{"anna", "\"a,b\"@example.org"}));
  EXPECT_EQ(texts(map.find_address("upper", "example.org")), Texts{"anna"});
  EXPECT_EQ(map.find_name("upper@example.org"), nullptr);
  EXPECT_EQ(map.find_name("@"), nullptr);
  EXPECT_EQ(texts(map.find_address("B\xc3\x9c", "xn--bcher-kva.example")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("arrow")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("joined")), (Texts{"anna", "bob", "|/bin/cat a b"}));
  EXPECT_EQ(texts(map.find_name("after")), Texts{"carol"});
  EXPECT_EQ(texts(map.find_name("many-kinds")),
            (Texts{"\\x", "|/bin/cat a, b", "/var/mail/y", ":include:/etc/list", "@example.net"}));
  EXPECT_EQ(texts(map.find_name("left")), Texts{"error:550 5.1.6 She has left, try bob@example.org"});
}

TEST(AliasMap, ReportsAndIgnoresWhatIsBroken) {
  const auto [map, errors] = testing::read<AliasMap>(
      "good: anna\n"
      "empty:\n"
      "pipe: |, anna\n"
      "quoted: \"|/bin/cat\"\n"
      "file: /var/mail/x\n"
      "include: :include:list\n"
      "error: error:go away\n"
      "good: bob\n"
      "bad: a@b@c\n"
      "spaces: anna bob\n"
      "a@-b anna\n"
      ": anna\n"
      "nul: a\0nna\n"
      "last: carol\n"
      "b\xfc: anna\n"s);
  EXPECT_EQ(
      errors,
      (Texts{
          "2: an alias without a target: its mail is deferred",
          "3: target \"|\": there is no command behind \"|\"; it is ignored",
          "6: target \":include:list\": the included file's path doesn't begin with \"/\"; it is ignored",
          "7: target \"error:go away\": error: needs a code from 400 to 459 or from 500 to 559 and a text; "
          "it is ignored",
          "8: \"good\" stands in line 1 already: this line is ignored",
          "9: target \"a@b@c\": it isn't an address: there is text behind the address; it is ignored",
          "10: target \"anna bob\": it isn't one name; it is ignored",
          "11: \"a@-b\" isn't a name or an address: the line is ignored",
          "12: \"\" isn't a name or an address: the line is ignored",
          "13: a NUL byte: the line is ignored",
          "15: \"b\xfc\" isn't a name or an address: the line is ignored",
      }));
  EXPECT_EQ(texts(map.find_name("good")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("pipe")), Texts{"anna"});
  // They are there, and somebody has to mend them.
  EXPECT_EQ(texts(map.find_name("empty")), Texts{});
  EXPECT_EQ(texts(map.find_name("include")), Texts{});
  EXPECT_EQ(texts(map.find_name("quoted")), Texts{"|/bin/cat"});
  EXPECT_EQ(texts(map.find_name("file")), Texts{"/var/mail/x"});
  EXPECT_EQ(texts(map.find_name("last")), Texts{"carol"});
}

}  // namespace
}  // namespace pillarbox::tables
