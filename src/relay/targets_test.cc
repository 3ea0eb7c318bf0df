#include "relay/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pillarbox::relay {
namespace {

using testing::HasSubstr;

Route route() {
  return {
      .action = "relay", .hostname = "mail.house.example", .tls_client = std::make_shared<net::TlsClient>()};
}
Host host(const std::string& name, const std::string& address) {
  return {.name = name, .address = *parse_ip(address)};
}

TEST(Targets, TakeHostsAsTheDnsHasThem) {
  const auto targets =
      make_targets(route(), std::nullopt,
                   {host("mx1.example", "192.0.2.1"), host("[2001:db8::1]", "2001:db8::1")}, 0, false);
  ASSERT_TRUE(targets);
  ASSERT_EQ(targets->size(), 2);
  EXPECT_EQ((*targets)[0].text(), "mx1.example [192.0.2.1]");
  EXPECT_EQ((*targets)[0].helo, "mail.house.example");
  EXPECT_EQ((*targets)[0].tls, TlsPolicy::opportunistic);
  EXPECT_EQ((*targets)[1].text(), "[2001:db8::1]");
  EXPECT_EQ((*targets)[1].name, "2001:db8::1");
  EXPECT_NE((*targets)[0].key(), (*targets)[1].key());
}

TEST(Targets, RequireTlsWhereTheSenderDoes) {
  const auto targets = make_targets(route(), std::nullopt, {host("mx1.example", "192.0.2.1")}, 0, true);
  ASSERT_TRUE(targets);
  EXPECT_EQ(targets->front().tls, TlsPolicy::required);
}

TEST(Targets, ComeFromTheAddressesThatWereGiven) {
  Route from = route();
  from.sources = []() -> Lookup<std::vector<IpAddress>> {
    return std::vector{*parse_ip("198.51.100.1"), *parse_ip("2001:db8::9"), *parse_ip("198.51.100.2")};
  };
  const std::vector<Host> hosts = {host("a.example", "192.0.2.1"), host("a.example", "2001:db8::1")};
  for (std::uint64_t turn = 0; turn < 3; ++turn) {
    const auto targets = make_targets(from, std::nullopt, hosts, turn, false);
    ASSERT_TRUE(targets && targets->size() == 2);
    EXPECT_EQ((*targets)[0].where.source->text(), turn % 2 == 0 ? "198.51.100.1" : "198.51.100.2");
    EXPECT_EQ((*targets)[1].where.source->text(), "2001:db8::9");
  }
  from.sources = []() -> Lookup<std::vector<IpAddress>> { return std::vector{*parse_ip("2001:db8::9")}; };
  EXPECT_EQ(make_targets(from, std::nullopt, {hosts[0]}, 0, false).error().status, "4.4.1");
  from.sources = []() -> Lookup<std::vector<IpAddress>> {
    return std::unexpected("sources: Permission denied");
  };
  EXPECT_EQ(make_targets(from, std::nullopt, hosts, 0, false).error().diagnostic,
            "sources: Permission denied");
}

TEST(Targets, GiveNoPasswordToAnybody) {
  const Smarthost plain{.host = "smart.example", .label = "me"};
  Smarthost tls = plain;
  tls.tls = TlsPolicy::required;
  Smarthost never = plain;
  never.tls = TlsPolicy::never;
  Route usual = route();
  EXPECT_EQ(policy_of(usual, plain), TlsPolicy::required);
  EXPECT_EQ(policy_of(usual, tls), TlsPolicy::required);
  EXPECT_EQ(policy_of(usual, never), TlsPolicy::never);
  EXPECT_EQ(policy_of(usual, {.host = "smart.example"}), TlsPolicy::opportunistic);
  usual.tls = TlsPolicy::required_unverified;
  EXPECT_EQ(policy_of(usual, plain), TlsPolicy::required_unverified);
  EXPECT_EQ(policy_of(usual, tls), TlsPolicy::required_unverified);

  EXPECT_THAT(make_targets(usual, plain, {host("smart.example", "192.0.2.1")}, 0, false).error().diagnostic,
              HasSubstr("no table has credentials for \"me\""));
  usual.credentials_of = [](const std::string&) -> Lookup<Credentials> {
    return Credentials{.user = "anna", .password = "secret"};
  };
  const auto targets = make_targets(usual, plain, {host("smart.example", "192.0.2.1")}, 0, false);
  ASSERT_TRUE(targets);
  EXPECT_EQ(targets->front().credentials->password, "secret");
  EXPECT_FALSE(targets->front().key().contains("secret"));
  Target other = targets->front();
  other.credentials->password = "another";
  EXPECT_NE(other.key(), targets->front().key());
}

TEST(Targets, AreOfTheFamilyThatWasGiven) {
  Route ipv6 = route();
  ipv6.family = IpAddress::Family::ipv6;
  const std::vector<Host> hosts = {host("a.example", "192.0.2.1"), host("a.example", "2001:db8::1")};
  const auto targets = make_targets(ipv6, std::nullopt, hosts, 0, false);
  ASSERT_TRUE(targets && targets->size() == 1);
  EXPECT_EQ(targets->front().text(), "a.example [2001:db8::1]");
  EXPECT_EQ(make_targets(ipv6, std::nullopt, {hosts[0]}, 0, false).error().status, "4.4.1");
}

TEST(Targets, MayBeASocket) {
  const auto targets =
      make_targets(route(), Smarthost{.socket_path = "/run/lmtp", .protocol = Protocol::lmtp}, {}, 0, false);
  ASSERT_TRUE(targets);
  EXPECT_EQ(targets->front().text(), "/run/lmtp");
  EXPECT_EQ(targets->front().protocol, Protocol::lmtp);
}

}  // namespace
}  // namespace pillarbox::relay
