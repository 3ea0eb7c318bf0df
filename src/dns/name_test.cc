#include "dns/name.h"

#include <gtest/gtest.h>

#include "dns/limits.h"

namespace pillarbox::dns {
namespace {

using namespace std::string_literals;

const std::string label63(63, 'a');
// 3 labels of 63 and one of 61: 255 bytes with the lengths and the root, the longest name there is.
const std::string longest = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');

TEST(Name, HasOneForm) {
  struct Case {
    std::string text;
    std::optional<std::string> canonical;
  };
  for (const auto& [text, canonical] : {
           Case{"Example.ORG", "example.org"},
           Case{"example.org.", "example.org"},
           Case{"", ""},
           Case{".", ""},
           Case{"..", std::nullopt},
           Case{".example.org", std::nullopt},
           Case{"example..org", std::nullopt},
           Case{"example.org..", std::nullopt},
           Case{"_25._tcp.mx.example.org", "_25._tcp.mx.example.org"},
           Case{R"(a\.b.example)", R"(a\046b.example)"},
           Case{R"(a\046b.example)", R"(a\046b.example)"},
           Case{R"(\065bc.example)", "abc.example"},
           Case{R"(back\\slash)", R"(back\092slash)"},
           Case{R"(tab\009bed)", R"(tab\009bed)"},
           Case{R"(\255.example)", R"(\255.example)"},
           Case{R"(\256.example)", std::nullopt},
           Case{R"(\25)", std::nullopt},
           Case{R"(\2x5)", std::nullopt},
           Case{R"(end\)", std::nullopt},
           Case{"white space.example", std::nullopt},
           Case{"nul\0.example"s, std::nullopt},
           Case{"bücher.example", std::nullopt},
           Case{label63, label63},
           Case{label63 + "a", std::nullopt},
           Case{longest, longest},
           Case{longest + "a", std::nullopt},
           Case{longest + ".a", std::nullopt},
       }) {
    EXPECT_EQ(canonical_name(text), canonical) << text;
    if (canonical) EXPECT_EQ(canonical_name(*canonical), canonical) << text;
  }
}

TEST(Name, TravelsAsLabels) {
  EXPECT_EQ(wire_of_name("Mx.example.org"), "\2mx\7example\3org\0"s);
  EXPECT_EQ(wire_of_name(""), "\0"s);
  EXPECT_EQ(wire_of_name(longest)->size(), limits::name);
}

TEST(Name, IsTakenFromWhatTravelled) {
  struct Case {
    std::string wire;
    std::optional<std::string> name;
    std::string rest;
  };
  for (const auto& [wire, name, rest] : {
           Case{"\2MX\7example\0more"s, "mx.example", "more"},
           Case{"\0"s, "", ""},
           Case{"\3a.b\0"s, R"(a\046b)", ""},
           Case{"\4a\r\nb\0"s, R"(a\013\010b)", ""},
           Case{"", std::nullopt, ""},
           Case{"\2mx"s, std::nullopt, "\2mx"s},                       // no root
           Case{"\5mx\0"s, std::nullopt, "\5mx\0"s},                   // runs over the end
           Case{"\300\0"s, std::nullopt, "\300\0"s},                   // a pointer
           Case{"\2mx\300\0"s, std::nullopt, "\2mx\300\0"s},           // a pointer at the end
           Case{"\100"s + std::string(64, 'a') + "\0"s, std::nullopt,  // 64 isn't a length
                "\100"s + std::string(64, 'a') + "\0"s},
       }) {
    std::string_view left = wire;
    EXPECT_EQ(take_name(left), name);
    EXPECT_EQ(left, rest);
  }
  const std::string longest_wire = *wire_of_name(longest);
  std::string_view left = longest_wire;
  EXPECT_EQ(take_name(left), longest);
  const std::string too_long = "\1a" + longest_wire;
  left = too_long;
  EXPECT_EQ(take_name(left), std::nullopt);
}

TEST(Name, OfAHost) {
  for (const char* name : {"mx.example.org", "a", "1.example", "mx_1.example", "xn--bcher-kva.example"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  for (const char* name :
       {"", "-a.example", "a-.example", "a..b", R"(a\046b)", "a/b", "*.example", "mx example"}) {
    EXPECT_FALSE(is_host_name(name)) << name;
  }
}

TEST(Name, OfAnAddress) {
  EXPECT_EQ(reverse_name(*parse_ip("192.0.2.1")), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*parse_ip("2001:db8::567:89ab")),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace pillarbox::dns
