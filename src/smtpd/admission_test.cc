#include "smtpd/admission.h"

#include <gtest/gtest.h>

#include <vector>

namespace pillarbox::smtpd {
namespace {

using net::Endpoint;

Endpoint v4(std::uint8_t last) { return {.family = Endpoint::Family::ipv4, .address = {192, 0, 2, last}}; }
Endpoint v6(std::uint8_t network, std::uint8_t host) {
  Endpoint endpoint{.family = Endpoint::Family::ipv6, .address = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, network}};
  endpoint.address[15] = host;
  return endpoint;
}

TEST(Admission, CountsByAddress) {
  Admission admission(100);
  auto first = admission.enter(v4(1), 2);
  auto second = admission.enter(v4(1), 2);
  ASSERT_TRUE(first && second);
  const auto third = admission.enter(v4(1), 2);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error(), Admission::Refusal::too_many_from_address);
  EXPECT_TRUE(admission.enter(v4(2), 2));
  *first = Admission::Ticket();
  EXPECT_TRUE(admission.enter(v4(1), 2));
}

TEST(Admission, TakesAnIpv6NetworkForOneAddress) {
  Admission admission(100);
  const auto first = admission.enter(v6(1, 1), 1);
  ASSERT_TRUE(first);
  EXPECT_FALSE(admission.enter(v6(1, 2), 1));
  EXPECT_TRUE(admission.enter(v6(2, 1), 1));
}

TEST(Admission, DoesNotCountLocalPeersAsOneAddress) {
  Admission admission(100);
  std::vector<Admission::Ticket> tickets;
  for (int i = 0; i < 10; ++i) {
    auto ticket = admission.enter(Endpoint{.family = Endpoint::Family::local}, 1);
    ASSERT_TRUE(ticket);
    tickets.push_back(*std::move(ticket));
  }
}

TEST(Admission, CountsAllAndKnowsStress) {
  Admission admission(4);
  std::vector<Admission::Ticket> tickets;
  for (std::uint8_t i = 0; i < 4; ++i) {
    EXPECT_EQ(admission.is_stressed(), i >= 3);
    auto ticket = admission.enter(v4(i), 50);
    ASSERT_TRUE(ticket);
    tickets.push_back(*std::move(ticket));
  }
  const auto fifth = admission.enter(v4(9), 50);
  ASSERT_FALSE(fifth);
  EXPECT_EQ(fifth.error(), Admission::Refusal::too_many);
  tickets.clear();
  EXPECT_FALSE(admission.is_stressed());
  EXPECT_TRUE(admission.enter(v4(9), 50));
}

}  // namespace
}  // namespace pillarbox::smtpd
