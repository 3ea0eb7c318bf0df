#include "mail/address_list.h"

#include <gtest/gtest.h>

#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

// One line an entry: name|route|local-part|domain, "name:" for the start of a group and ";" for its end.
std::string show(const AddressList& list) {
  std::string shown;
  for (const HeaderAddress& entry : list) {
    if (!shown.empty()) shown += '\n';
    switch (entry.kind) {
      case HeaderAddress::Kind::mailbox:
        shown += entry.name + "|" + entry.route + "|" + entry.local_part + "|" + entry.domain;
        break;
      case HeaderAddress::Kind::group_start: shown += entry.name + ":"; break;
      case HeaderAddress::Kind::group_end: shown += ";"; break;
    }
  }
  return shown;
}

TEST(AddressList, ReadsWhatRfc5322Allows) {
  const struct {
    std::string_view value, entries;
  } cases[] = {
      {"joe@example.org", "||joe|example.org"},
      {" Joe Q. Public <joe@example.org>", "Joe Q. Public||joe|example.org"},
      {"\"Giant; \\\"Big\\\" Box\" <box@example.net>, b@c", "Giant; \"Big\" Box||box|example.net\n||b|c"},
      {"joe@example.org (Joe (the) Plumber)", "Joe (the) Plumber||joe|example.org"},
      {"Joe (ignored) <joe@example.org>", "Joe||joe|example.org"},
      {"Friends: a@b, C <c@d>;, e@f", "Friends:\n||a|b\nC||c|d\n;\n||e|f"},
      {"Undisclosed recipients:;", "Undisclosed recipients:\n;"},
      {"<@r1,@r2:j@k>", "|@r1,@r2|j|k"},
      {"j . doe @ example . org", "||j.doe|example.org"},
      {"joe@[192.0.2.1], <\"a b\"@c>", "||joe|[192.0.2.1]\n||a b|c"},
      {"Joe\r\n <joe@example.org>", "Joe||joe|example.org"},
      {"a@b, , c@d,", "||a|b\n||c|d"},
      {"=?utf-8?q?J=C3=B6rg?= <j@k>", "=?utf-8?q?J=C3=B6rg?=||j|k"},
      {"jörg@exämple.org", "||jörg|exämple.org"},
      {"", ""},
      {" \r\n ", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(show(parse_address_list(c.value)), c.entries) << c.value;
}

TEST(AddressList, MakesTheBestOfWhatMailersWrite) {
  const struct {
    std::string_view value, entries;
  } cases[] = {
      {"joe", "||joe|"},
      {"a b c", "a b c|||"},
      {"\"quoted only\"", "quoted only|||"},
      {"Foo <joe>", "Foo||joe|"},
      {"<>", "|||"},
      {"phil@x.org <phil@x.org>", "phil@x.org||phil|x.org"},
      {"a@b <c@d>", "a@b||c|d"},
      {"<a@b> Doe", "Doe||a|b"},
      {"<a@b> (Doe)", "Doe||a|b"},
      {"John Doe joe@x.org", "John Doe||joe|x.org"},
      {"a <b@c> d <e@f>", "a||b|c\nd||e|f"},
      {"a@b; c@d", "||a|b\n||c|d"},
      {"List 1: a@b; List 2: c@d; e@f", "List 1:\n||a|b\n;\nList 2:\n||c|d\n;\n||e|f"},
      {"Open: a@b, c@d", "Open:\n||a|b\n||c|d\n;"},
      {"Foo <a@b, c@d", "Foo||a|b\n||c|d"},
      {"<http://example.org/list> (Archive)", "Archive||http://example.org/list|"},
      {"a@b@c", "||a|b@c"},
      {"\"open <a@b>, c@d", "open <a@b>, c@d|||"},
      {"(open <a@b>, c@d", ""},
      {"[x] foo <y@z>", "[x] foo||y|z"},
      {"@", "|||"},
      {"a@", "||a|"},
      {"@b", "|||b"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(parse_address_list(c.value)), c.entries) << c.value;
}

TEST(AddressList, HasALimitAndClosesEveryGroup) {
  std::string many = "g:";
  for (std::size_t i = 0; i < 2 * limits::addresses; ++i) many += "a@b,";
  const AddressList list = parse_address_list(many);
  EXPECT_GE(list.size(), limits::addresses);
  EXPECT_LE(list.size(), limits::addresses + 2);
  EXPECT_EQ(list.back().kind, HeaderAddress::Kind::group_end);
}

TEST(AddressList, DecodesNames) {
  EXPECT_EQ(decoded_name(parse_address_list("=?utf-8?q?J=C3=B6rg?= =?utf-8?q?_K=2E?= <j@k>").front()),
            "Jörg K.");
  EXPECT_EQ(decoded_name(parse_address_list("\"  two  blanks \" <j@k>").front()), "  two  blanks ");
  EXPECT_EQ(decoded_name(parse_address_list("J\xf6rg <j@k>").front()), "Jörg");
}

TEST(AddressList, GivesTheAddressInTheTermsOfSmtp) {
  const auto first = [](std::string_view value) { return address_of(parse_address_list(value).front()); };
  EXPECT_EQ(first("Joe <\"Joe\"@EXAMPLE.org>")->to_string(), "Joe@example.org");
  EXPECT_EQ(first("<j . d @ example.org>")->to_string(), "j.d@example.org");
  EXPECT_EQ(first("<\"a b\"@example.org>")->to_string(), "\"a b\"@example.org");
  for (const auto* bad :
       {"joe", "a@b@c", "joe@exa_mple.org", "<http://example.org/>", "=?utf-8?q?joe=40?= x"}) {
    EXPECT_FALSE(first(bad)) << bad;
  }
}

}  // namespace
}  // namespace pillarbox::mail
