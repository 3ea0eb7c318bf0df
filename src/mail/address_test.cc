#include "mail/address.h"

#include <optional>

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

TEST(Address, NormalisesSpellingsOfOneMailbox) {
  const struct {
    std::string_view text, local_part, domain, printed;
  } cases[] = {
      {"joe@example.org", "joe", "example.org", "joe@example.org"},
      {"Joe@EXAMPLE.Org", "Joe", "example.org", "Joe@example.org"},
      {"\"joe\"@example.org", "joe", "example.org", "joe@example.org"},
      {"\"j\\o\\e\"@example.org", "joe", "example.org", "joe@example.org"},
      {"\"joe smith\"@example.org", "joe smith", "example.org", "\"joe smith\"@example.org"},
      {"\"a\\\"b\\\\c\"@example.org", "a\"b\\c", "example.org", "\"a\\\"b\\\\c\"@example.org"},
      {"\"\"@example.org", "", "example.org", "\"\"@example.org"},
      {"\".joe\"@example.org", ".joe", "example.org", "\".joe\"@example.org"},
      {"joe@[192.0.2.01]", "joe", "[192.0.2.1]", "joe@[192.0.2.1]"},
      {"joe@[ipv6:2001:DB8:0:0::1]", "joe", "[IPv6:2001:db8::1]", "joe@[IPv6:2001:db8::1]"},
      {"joe@[IPv6:::ffff:192.0.2.1]", "joe", "[IPv6:::ffff:192.0.2.1]", "joe@[IPv6:::ffff:192.0.2.1]"},
      {"jörg@Bücher.Example", "jörg", "xn--bcher-kva.example", "jörg@xn--bcher-kva.example"},
      {"\"jörg ö\"@XN--BCHER-KVA.example", "jörg ö", "xn--bcher-kva.example",
       "\"jörg ö\"@xn--bcher-kva.example"},
      {"a@faß.de", "a", "xn--fa-hia.de", "a@xn--fa-hia.de"},
  };
  for (const auto& c : cases) {
    const auto address = parse_address(c.text);
    ASSERT_TRUE(address) << c.text << ": " << describe(address.error());
    EXPECT_EQ(address->local_part, c.local_part);
    EXPECT_EQ(address->domain, c.domain);
    EXPECT_EQ(address->to_string(), c.printed);
    EXPECT_EQ(parse_address(address->to_string()), *address);
  }
}

TEST(Address, SaysWhatIsWrong) {
  using enum AddressError;
  const std::string long_label(64, 'a');
  const struct {
    std::string text;
    AddressError error;
  } cases[] = {
      {"", bad_local_part},
      {"joe", missing_at},
      {"joe@", missing_at},
      {"joe@example.org ", trailing_text},
      {"joe@example_1.org", trailing_text},
      {"joe@example..org", bad_domain},
      {"joe@example.org.", bad_domain},
      {"joe smith@example.org", missing_at},
      {"joe@[192.0.2.256]", bad_literal},
      {"joe@[192.0.2.1", bad_literal},
      {"joe@[1:2]", bad_literal},
      {std::string("joe@[192.0.2.1\0]", 16), bad_literal},
      {"joe@" + long_label + ".org", domain_too_long},
      {long_label + "a@example.org", local_part_too_long},
      {"\"" + long_label + "\"@example.org", local_part_too_long},
      {"j\xff@example.org", bad_local_part},
      {"\"j\xff\"@example.org", bad_local_part},
      {"joe@ex\xffmple.org", bad_domain},
      {"\"jo\re\"@example.org", bad_local_part},
      {std::string("jo\0e@example.org", 16), missing_at},
  };
  for (const auto& c : cases) {
    const auto address = parse_address(c.text);
    ASSERT_FALSE(address) << c.text;
    EXPECT_EQ(address.error(), c.error) << c.text << ": " << describe(address.error());
  }
}

TEST(Address, AcceptsAndRefusesAtTheLimits) {
  const std::string local_part(64, 'a');
  const std::string label(63, 'b');
  const std::string longest =
      local_part + "@" + label + "." + label + "." + std::string(61, 'c');  // 254 octets
  EXPECT_TRUE(parse_address(longest));
  EXPECT_EQ(parse_address(longest + "c").error(), AddressError::path_too_long);
}

TEST(Address, KeyFoldsTheCaseOfTheLocalPart) {
  EXPECT_EQ(parse_address("JÖRG.Straße@Example.ORG")->key(),
            parse_address("jörg.STRASSE@example.org")->key());
  EXPECT_EQ(parse_address("Jo\u0065\u0301@a.example")->key(), parse_address("jo\u00e9@a.example")->key());
  EXPECT_NE(parse_address("joe@a.example")->key(), parse_address("jo.e@a.example")->key());
}

TEST(Address, TakesReversePathsAndLeavesTheParameters) {
  const struct {
    std::string_view text, address, rest;
  } cases[] = {
      {"<joe@example.org> SIZE=5", "joe@example.org", " SIZE=5"},
      {"<\"a>b\"@example.org>", "\"a>b\"@example.org", ""},
      {"<@relay.example,@[192.0.2.9]:joe@example.org>", "joe@example.org", ""},
  };
  for (const auto& c : cases) {
    std::string_view text = c.text;
    const auto path = take_reverse_path(text);
    ASSERT_TRUE(path) << c.text;
    EXPECT_EQ(path->address->to_string(), c.address);
    EXPECT_EQ(text, c.rest);
  }
  std::string_view null_path = "<> BODY=8BITMIME";
  EXPECT_EQ(take_reverse_path(null_path), Path{});
  EXPECT_EQ(null_path, " BODY=8BITMIME");
}

TEST(Address, PostmasterNeedsNoDomainAsARecipientOnly) {
  std::string_view text = "<PostMaster>";
  const auto path = take_forward_path(text);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->address->to_string(), "PostMaster");
  EXPECT_EQ(path->address->key(), "postmaster");
  std::string_view sender = "<postmaster>";
  EXPECT_EQ(take_reverse_path(sender).error(), AddressError::missing_at);
  std::string_view full = "<postmaster@example.org>";
  EXPECT_EQ(take_forward_path(full)->address->to_string(), "postmaster@example.org");
}

TEST(Address, RefusesBrokenPathsAndLeavesThemUntouched) {
  for (const std::string_view broken :
       {"", "joe@example.org", "<joe@example.org", "< joe@example.org>", "<joe@example.org >", "<joe>",
        "<@a:>", "<@a,b@c>", "<@a,:joe@c>", "<@a", "<<joe@c>>", "<>"}) {
    std::string_view text = broken;
    EXPECT_FALSE(take_forward_path(text)) << broken;
    EXPECT_EQ(text, broken);
  }
}

TEST(Address, TellsWhatNeedsSmtputf8) {
  std::string_view both = "<jörg@bücher.example>", domain = "<joe@bücher.example>",
                   none = "<joe@example.org>";
  const auto path = take_forward_path(both);
  EXPECT_TRUE(path->has_utf8);
  EXPECT_TRUE(path->address->needs_smtputf8());
  const auto domain_only = take_forward_path(domain);
  EXPECT_TRUE(domain_only->has_utf8);
  EXPECT_FALSE(domain_only->address->needs_smtputf8());
  EXPECT_FALSE(take_forward_path(none)->has_utf8);
}

TEST(Address, SplitsTheDetailAtTheFirstSeparator) {
  const struct {
    std::string_view local_part, user;
    std::optional<std::string_view> detail;
  } cases[] = {
      {"joe", "joe", std::nullopt}, {"joe+lists", "joe", "lists"},  {"joe+a+b", "joe", "a+b"},
      {"joe+", "joe", ""},          {"+joe", "+joe", std::nullopt}, {"", "", std::nullopt},
  };
  for (const auto& c : cases) {
    const auto parts = split_detail(c.local_part);
    EXPECT_EQ(parts.user, c.user);
    EXPECT_EQ(parts.detail, c.detail) << c.local_part;
  }
  EXPECT_EQ(split_detail("joe-x+y", "-+").detail, "x+y");
}

}  // namespace
}  // namespace pillarbox::mail
