#include <gtest/gtest.h>

#include "tables/address_list.h"
#include "tables/domain_list.h"
#include "tables/network_list.h"
#include "tables/pair.h"
#include "tables/regex_list.h"
#include "tables/testing.h"
#include "tables/value_list.h"

namespace pillarbox::tables {
namespace {

using Texts = std::vector<std::string>;

TEST(DomainList, FindsTheNarrowestEntry) {
  const auto [list, errors] = testing::read<DomainList>(
      "example.org\n"
      "*.example.org   # and all below\n"
      "*.deep.example.org\n"
      "Example.NET: true\n"
      "mail*.example.com\n"
      "*.b\xc3\xbc"
      "cher.example\n"
      "[IPv6:2001:DB8::1]\n"
      "user@example.org\n");
  EXPECT_EQ(errors, Texts{"8: \"user@example.org\" isn't a domain: the line is ignored"});
  struct Case {
    const char* domain;
    const char* entry;  // nullptr: none
  };
  for (const auto& [domain, entry] : {
           Case{"example.org", "example.org"},
           Case{"a.example.org", "*.example.org"},
           Case{"a.b.example.org", "*.example.org"},
           Case{"x.deep.example.org", "*.deep.example.org"},
           Case{"example.net", "example.net"},
           Case{"a.example.net", nullptr},
           Case{"mail7.example.com", "mail*.example.com"},
           Case{"mail.example.com", "mail*.example.com"},
           Case{"xmail.example.com", nullptr},
           Case{"www.xn--bcher-kva.example", "*.xn--bcher-kva.example"},
           Case{"[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"},
           Case{"org", nullptr},
           Case{".example.org", nullptr},
           Case{"", nullptr},
       }) {
    const auto found = list.find(domain);
    EXPECT_EQ(found, entry == nullptr ? std::nullopt : std::optional<std::string_view>(entry)) << domain;
  }
}

TEST(RegexList, MatchesAnyOfItsLines) {
  const auto [list, errors] = testing::read<RegexList>("^a+$  # comment\n(\n\\.dyn\\.\n");
  EXPECT_EQ(errors, Texts{"2: not a regular expression (missing ): (): the line is ignored"});
  EXPECT_TRUE(list.contains("AAA"));
  EXPECT_TRUE(list.contains("1.dyn.example"));
  EXPECT_FALSE(list.contains("b"));
  EXPECT_FALSE(list.contains(""));
  const auto is_long = [](std::string_view expression, std::string_view) { return expression.size() > 4; };
  EXPECT_FALSE(list.contains_if("a", is_long));
  EXPECT_TRUE(list.contains_if("1.dyn.example", is_long));

  std::string many;
  for (int i = 0; i < 1'005; ++i) many += "x" + std::to_string(i) + "\n";
  const auto [limited, too_many] = testing::read<RegexList>(many);
  ASSERT_EQ(too_many.size(), 1u);
  EXPECT_TRUE(limited.contains("x999"));
  EXPECT_FALSE(limited.contains("y1000"));
}

TEST(NetworkList, ContainsAddressesAndNetworks) {
  const auto [list, errors] = testing::read<NetworkList>(
      "192.0.2.1\n10.0.0.0/8\n10.1.0.0/16\nipv6:2001:db8::/32\n::1\nexample.org\n192.0.2.0/33\n");
  EXPECT_EQ(errors, (Texts{"6: \"example.org\" isn't an address or a network: the line is ignored",
                           "7: \"192.0.2.0/33\" isn't an address or a network: the line is ignored"}));
  for (const auto* inside :
       {"192.0.2.1", "10.255.0.1", "10.1.2.3", "2001:db8:ffff::1", "::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(list.contains(*parse_ip(inside))) << inside;
  }
  for (const auto* outside : {"192.0.2.2", "11.0.0.0", "2001:db9::1", "::2"}) {
    EXPECT_FALSE(list.contains(*parse_ip(outside))) << outside;
  }
}

TEST(AddressList, FindsTheNarrowestEntry) {
  const auto [list, errors] = testing::read<AddressList>(
      "anna@example.org\n@example.net\nroot\nbob@*.example.org\n@*.example.com\n@mail*.example\n\"joe "
      "smith\"@example.org\n"
      "@\nwild*card\n");
  EXPECT_EQ(errors, (Texts{"8: \"@\" isn't an address: the line is ignored",
                           "9: \"wild*card\" isn't an address: the line is ignored"}));
  struct Case {
    const char* address;
    const char* entry;
  };
  for (const auto& [text, entry] : {
           Case{"Anna@Example.Org", "anna@example.org"},
           Case{"bob@example.org", nullptr},
           Case{"bob@a.b.example.org", "bob@*.example.org"},
           Case{"anna@a.example.org", nullptr},
           Case{"x@example.net", "@example.net"},
           Case{"x@a.example.com", "@*.example.com"},
           Case{"x@example.com", nullptr},
           Case{"x@mail1.example", "@mail*.example"},
           Case{"ROOT@anywhere.example", "root"},
           Case{"\"Joe Smith\"@example.org", "joe smith@example.org"},
       }) {
    const auto address = mail::parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(list.find(*address), entry == nullptr ? std::nullopt : std::optional<std::string_view>(entry))
        << text;
  }
}

TEST(SenderMap, SaysAsWhomAUserMaySend) {
  const auto [map, errors] = testing::read<SenderMap>(
      "anna anna@example.org, @anna.example\nbob: bob@example.org\nANNA  info@example.org\ncarol\ndave x*\n");
  EXPECT_EQ(errors, (Texts{"4: a user without an address: the line is ignored",
                           "5: \"x*\" isn't an address: it is ignored"}));
  const auto may = [&](std::string_view login, const char* sender) {
    return map.allows(login, *mail::parse_address(sender));
  };
  EXPECT_TRUE(may("anna", "anna@example.org"));
  EXPECT_TRUE(may("Anna", "x@anna.example"));
  EXPECT_TRUE(may("anna", "info@example.org"));
  EXPECT_TRUE(may("bob", "BOB@example.org"));
  EXPECT_FALSE(may("bob", "anna@example.org"));
  EXPECT_FALSE(may("carol", "carol@example.org"));
  EXPECT_FALSE(may("nobody", "anna@example.org"));
}

TEST(Lists, PlainValuesLoginsAndNames) {
  const auto tags = testing::read<ValueList>("MX\nLOCAL  # the inside\n").value;
  EXPECT_TRUE(tags.contains("MX"));
  EXPECT_TRUE(tags.contains("LOCAL"));
  EXPECT_FALSE(tags.contains("mx"));
  const auto logins = testing::read<LoginList>("anna:hash\nBob  hash\n").value;
  EXPECT_TRUE(logins.contains("ANNA"));
  EXPECT_TRUE(logins.contains("bob"));
  EXPECT_FALSE(logins.contains("hash"));
  const auto names =
      testing::read<AddressNames>("::1  localhost\n127.0.0.1: localhost\n192.0.2.1 mx.example.org\nx y\n");
  EXPECT_EQ(names.errors, Texts{"4: not an address and a host name: the line is ignored"});
  EXPECT_EQ(names.value.find(*parse_ip("::1")), "localhost");
  EXPECT_EQ(names.value.find(*parse_ip("127.0.0.1")), "localhost");
  EXPECT_EQ(names.value.find(*parse_ip("192.0.2.1")), "mx.example.org");
  EXPECT_EQ(names.value.find(*parse_ip("192.0.2.2")), std::nullopt);
}

TEST(Lists, GlobsTakeTheirTimeLinearly) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("a*b*c", "aXbXbYc"));
  EXPECT_FALSE(matches_glob("a*b*c", "aXbXbY"));
  EXPECT_FALSE(matches_glob("a*", "ba"));
  EXPECT_TRUE(matches_glob("**a**", "xay"));
  // The classic trap of backtracking: many stars, and a text that nearly fits.
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(5'000, 'a')));
}

}  // namespace
}  // namespace pillarbox::tables
