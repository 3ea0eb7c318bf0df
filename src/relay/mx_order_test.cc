#include "relay/mx_order.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace pillarbox::relay {
namespace {

MxTarget target(const std::string& name, std::uint16_t preference, int ipv4, int ipv6) {
  MxTarget made{name, preference, {}, {}};
  for (int i = 1; i <= ipv4; ++i)
    made.ipv4.push_back({name, *parse_ip(fmt::format("192.0.2.{}", i)), preference});
  for (int i = 1; i <= ipv6; ++i)
    made.ipv6.push_back({name, *parse_ip(fmt::format("2001:db8::{}", i)), preference});
  return made;
}

// "a4.1 a6.1": name, family, the last number.
std::string text_of(const std::vector<Host>& hosts) {
  std::string text;
  for (const Host& host : hosts) {
    const bool is_ipv4 = host.address.family == IpAddress::Family::ipv4;
    text += fmt::format("{}{}{}.{}", text.empty() ? "" : " ", host.name, is_ipv4 ? 4 : 6,
                        host.address.bytes[is_ipv4 ? 3 : 15]);
  }
  return text;
}

TEST(TakeTurns, ByPreferenceHostAndFamily) {
  const auto ipv6_first = [] { return std::uint64_t{0}; };
  const auto ipv4_first = [] { return std::uint64_t{1}; };
  struct Case {
    std::vector<MxTarget> targets;
    std::size_t most;
    const char* six;
    const char* four;
  };
  for (const auto& [targets, most, six, four] : {
           Case{{}, 10, "", ""},
           Case{{target("a", 1, 1, 1)}, 10, "a6.1 a4.1", "a4.1 a6.1"},
           Case{{target("a", 1, 2, 2)}, 10, "a6.1 a4.1 a6.2 a4.2", "a4.1 a6.1 a4.2 a6.2"},
           Case{{target("a", 1, 3, 1)}, 10, "a6.1 a4.1 a4.2 a4.3", "a4.1 a6.1 a4.2 a4.3"},
           Case{{target("a", 1, 2, 0), target("b", 1, 1, 0)}, 10, "a4.1 b4.1 a4.2", "a4.1 b4.1 a4.2"},
           Case{{target("a", 1, 1, 1), target("b", 1, 1, 1)},
                10,
                "a6.1 a4.1 b6.1 b4.1",
                "a4.1 a6.1 b4.1 b6.1"},
           Case{{target("a", 1, 0, 1), target("b", 2, 1, 0)}, 10, "a6.1 b4.1", "a6.1 b4.1"},
           Case{{target("a", 1, 0, 0), target("b", 2, 0, 2)}, 10, "b6.1 b6.2", "b6.1 b6.2"},
           Case{
               {target("a", 1, 9, 9), target("b", 2, 1, 0)}, 4, "a6.1 a4.1 a6.2 a4.2", "a4.1 a6.1 a4.2 a6.2"},
       }) {
    EXPECT_EQ(text_of(take_turns(targets, most, ipv6_first)), six);
    EXPECT_EQ(text_of(take_turns(targets, most, ipv4_first)), four);
  }
}

TEST(SortTargets, ShufflesWithinAPreference) {
  std::mt19937_64 generator(7);
  const auto random = [&] { return generator(); };
  constexpr int rounds = 6'000;
  std::map<std::string, int> seen;
  for (int i = 0; i < rounds; ++i) {
    std::vector<MxTarget> targets{target("z", 20, 0, 0), target("a", 10, 0, 0), target("b", 10, 0, 0),
                                  target("c", 10, 0, 0), target("y", 5, 0, 0)};
    sort_targets(targets, random);
    std::string order;
    for (const MxTarget& one : targets) order += one.name;
    ++seen[order];
  }
  ASSERT_EQ(seen.size(), 6u);  // the orders of a, b, c between y and z
  for (const auto& [order, times] : seen) {
    EXPECT_TRUE(order.starts_with('y') && order.ends_with('z')) << order;
    EXPECT_NEAR(times, rounds / 6, rounds / 30) << order;
  }
}

TEST(Address, MayBeAStrangers) {
  for (const char* address :
       {"192.0.2.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "223.255.255.255", "1.0.0.0",
        "126.0.0.1", "128.0.0.1", "169.253.0.1", "2001:db8::1", "fd00::1", "2600::", "64:ff9b::c000:201",
        "::1:0:0:1", "fec0::1"}) {
    EXPECT_TRUE(may_be_a_strangers(*parse_ip(address))) << address;
  }
  for (const char* address :
       {"127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "::1", "::", "::127.0.0.1", "::ffff:127.0.0.1",
        "fe80::1", "febf::1", "ff02::1", "64:ff9b::7f00:1"}) {
    EXPECT_FALSE(may_be_a_strangers(*parse_ip(address))) << address;
  }
}

}  // namespace
}  // namespace pillarbox::relay
