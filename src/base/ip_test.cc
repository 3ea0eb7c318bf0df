#include "base/ip.h"

#include <gtest/gtest.h>

namespace pillarbox {
namespace {

TEST(Ip, ReadsAndWritesAddresses) {
  struct Case {
    const char* text;
    const char* expected;  // nullptr: refused
  };
  for (const auto& [text, expected] :
       {Case{"192.0.2.1", "192.0.2.1"}, Case{"2001:DB8::1", "2001:db8::1"},
        Case{"::ffff:192.0.2.1", "192.0.2.1"}, Case{"::", "::"}, Case{"192.0.2", nullptr},
        Case{"192.0.2.256", nullptr}, Case{"[::1]", nullptr}, Case{"", nullptr}, Case{"::1%eth0", nullptr}}) {
    const auto address = parse_ip(text);
    ASSERT_EQ(address.has_value(), expected != nullptr) << text;
    if (address) EXPECT_EQ(address->text(), expected);
  }
}

TEST(Ip, KnowsLoopback) {
  for (const auto* text : {"127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(parse_ip(text)->is_loopback()) << text;
  }
  for (const auto* text : {"128.0.0.1", "::2", "::", "0.0.0.0", "8000::1"}) {
    EXPECT_FALSE(parse_ip(text)->is_loopback()) << text;
  }
}

TEST(Ip, NetworksContainWhatSharesTheirPrefix) {
  struct Case {
    const char* network;
    const char* address;
    bool contained;
  };
  for (const auto& [network, address, contained] :
       {Case{"192.0.2.0/24", "192.0.2.255", true}, Case{"192.0.2.77/24", "192.0.2.1", true},
        Case{"192.0.2.0/24", "192.0.3.0", false}, Case{"192.0.2.4/30", "192.0.2.8", false},
        Case{"0.0.0.0/0", "203.0.113.9", true}, Case{"0.0.0.0/0", "::1", false},
        Case{"2001:db8::/33", "2001:db8:7fff::1", true}, Case{"2001:db8::/33", "2001:db8:8000::1", false},
        Case{"::1", "::1", true}, Case{"::1", "::2", false}}) {
    EXPECT_EQ(parse_network(network)->contains(*parse_ip(address)), contained) << network << " " << address;
  }
  for (const auto* bad : {"192.0.2.0/33", "::/129", "192.0.2.0/", "192.0.2.0/-1", "/24", "x"}) {
    EXPECT_FALSE(parse_network(bad)) << bad;
  }
}

}  // namespace
}  // namespace pillarbox
