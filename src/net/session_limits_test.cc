#include "net/session_limits.h"

#include <gtest/gtest.h>

#include <vector>

namespace pillarbox::net {
namespace {

Endpoint at(const char* address) { return Endpoint::of(*parse_ip(address), 40000); }
using Refusal = SessionLimits::Refusal;

TEST(SessionLimits, CountAddressesAsWholeHostsAndNetworks) {
  struct Row {
    const char* first;
    const char* second;
    bool is_same;
  };
  for (const auto& [first, second, is_same] : {
           Row{"192.0.2.1", "192.0.2.1", true},
           Row{"192.0.2.1", "192.0.2.2", false},
           Row{"2001:db8::1", "2001:db8::ffff:1", true},
           Row{"2001:db8::1", "2001:db8:0:1::1", false},
           Row{"::1", "::2", true},
           Row{"::1", "0.0.0.1", false},
       }) {
    SessionLimits limits(10, 1);
    const auto held = limits.admit(at(first));
    ASSERT_EQ(held.refusal, Refusal::none);
    EXPECT_EQ(limits.admit(at(second)).refusal == Refusal::per_address, is_same) << first << " " << second;
  }
}

TEST(SessionLimits, GivePlacesBack) {
  SessionLimits limits(2, 1);
  {
    const auto first = limits.admit(at("192.0.2.1"));
    const auto second = limits.admit(at("192.0.2.2"));
    EXPECT_EQ(limits.sessions(), 2u);
    EXPECT_EQ(limits.admit(at("192.0.2.3")).refusal, Refusal::in_all);
    EXPECT_EQ(limits.admit(Endpoint{}).refusal, Refusal::in_all);
  }
  EXPECT_EQ(limits.sessions(), 0u);
  EXPECT_EQ(limits.admit(at("192.0.2.1")).refusal, Refusal::none);
}

TEST(SessionLimits, CountAProxysSessionsForWhomItSpeaks) {
  SessionLimits limits(10, 1);
  auto first = limits.admit_proxy();
  auto second = limits.admit_proxy();
  ASSERT_EQ(second.refusal, Refusal::none);
  EXPECT_TRUE(first.ticket.move_to(at("192.0.2.1")));
  EXPECT_FALSE(second.ticket.move_to(at("192.0.2.1")));
  EXPECT_TRUE(second.ticket.move_to(at("192.0.2.2")));
  EXPECT_TRUE(second.ticket.move_to(at("192.0.2.2")));
  first.ticket = {};
  EXPECT_TRUE(second.ticket.move_to(at("192.0.2.1")));
  EXPECT_EQ(limits.sessions(), 1u);
}

TEST(SessionLimits, ChangeWhileSessionsAreThere) {
  SessionLimits limits(2, 2);
  auto first = limits.admit(at("192.0.2.1"));
  auto second = limits.admit(at("192.0.2.1"));
  EXPECT_EQ(limits.admit(at("192.0.2.2")).refusal, Refusal::in_all);
  limits.change(3, 1);
  auto third = limits.admit(at("192.0.2.2"));
  EXPECT_EQ(third.refusal, Refusal::none);
  EXPECT_EQ(limits.admit(at("192.0.2.3")).refusal, Refusal::in_all);
  first.ticket = {};
  EXPECT_EQ(limits.admit(at("192.0.2.1")).refusal, Refusal::per_address) << "one is left, and one is allowed";
  second.ticket = {};
  EXPECT_EQ(limits.admit(at("192.0.2.1")).refusal, Refusal::none);
}

TEST(SessionLimits, LocalSocketsCountInAllOnly) {
  SessionLimits limits(3, 1);
  std::vector<SessionLimits::Admission> held;
  for (int i = 0; i < 3; ++i) held.push_back(limits.admit(Endpoint{}));
  EXPECT_EQ(held[2].refusal, Refusal::none);
  EXPECT_TRUE(limits.is_under_stress());
}

}  // namespace
}  // namespace pillarbox::net
