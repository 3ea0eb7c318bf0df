#include "tables/alias_map.h"

#include <gtest/gtest.h>

#include "tables/testing.h"

namespace pillarbox::tables {
namespace {

using namespace std::string_literals;

std::vector<std::string> texts(const std::vector<AliasTarget>* targets) {
  std::vector<std::string> result;
  if (targets == nullptr) return {"none"};
  for (const AliasTarget& target : *targets) result.push_back((target.is_final ? "\\" : "") + target.text());
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
      "arrow => anna\n");
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
  EXPECT_EQ(texts(map.find_address("B\xc3\x9c", "xn--bcher-kva.example")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("arrow")), Texts{"anna"});
}

TEST(AliasMap, ReportsAndIgnoresWhatIsBroken) {
  const auto [map, errors] = testing::read<AliasMap>(
      "good: anna\n"
      "empty:\n"
      "pipe: |/bin/cat, anna\n"
      "quoted: \"|/bin/cat\"\n"
      "file: /var/mail/x\n"
      "include: :include:/etc/list\n"
      "error: error:550 go away\n"
      "good: bob\n"
      "bad: a@b@c\n"
      "spaces: anna bob\n"
      "a@-b anna\n"
      ": anna\n"
      "nul: a\0nna\n"
      "domain: @example.org\n"
      "last: carol\n"s);
  EXPECT_EQ(
      errors,
      (Texts{
          "2: an alias without a target: the line is ignored",
          "3: target \"|/bin/cat\": a command is no target that is supported yet; it is ignored",
          "4: target \"\"|/bin/cat\"\": a command is no target that is supported yet; it is ignored",
          "5: target \"/var/mail/x\": a file is no target that is supported yet; it is ignored",
          "6: target \":include:/etc/list\": :include: is not yet supported; it is ignored",
          "7: target \"error:550 go away\": error: is not yet supported; it is ignored",
          "8: \"good\" stands in line 1 already: this line is ignored",
          "9: target \"a@b@c\": it isn't an address: there is text behind the address; it is ignored",
          "10: target \"anna bob\": it isn't one name; it is ignored",
          "11: \"a@-b\" isn't a name or an address: the line is ignored",
          "12: \"\" isn't a name or an address: the line is ignored",
          "13: a NUL byte: the line is ignored",
          "14: target \"@example.org\": it isn't an address: the local part is malformed; it is ignored",
      }));
  EXPECT_EQ(texts(map.find_name("good")), Texts{"anna"});
  EXPECT_EQ(texts(map.find_name("pipe")), Texts{"anna"});
  EXPECT_EQ(map.find_name("empty"), nullptr);
  EXPECT_EQ(map.find_name("quoted"), nullptr);
  EXPECT_EQ(texts(map.find_name("last")), Texts{"carol"});
}

}  // namespace
}  // namespace pillarbox::tables
