#include "relay/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/configuration.h"
#include "tables/testing.h"

namespace pillarbox::relay {
namespace {

using tables::testing::read;
using testing::ElementsAre;
using testing::HasSubstr;
using Scheme = config::RelayUrl::Scheme;

TEST(Routes, ReadRelayUrls) {
  EXPECT_EQ(smarthost_of({.scheme = Scheme::smtp, .host = "a.example"}).tls, std::nullopt);
  EXPECT_EQ(smarthost_of({.scheme = Scheme::smtp_tls, .host = "a.example"}).tls, TlsPolicy::required);
  EXPECT_EQ(smarthost_of({.scheme = Scheme::smtp_notls, .host = "a.example"}).tls, TlsPolicy::never);
  EXPECT_EQ(smarthost_of({.scheme = Scheme::lmtp, .host = "a.example"}).protocol, Protocol::lmtp);
  const auto smtps = smarthost_of({.scheme = Scheme::smtps, .label = "me", .host = "a.example", .port = 465});
  EXPECT_TRUE(smtps.is_implicit_tls);
  EXPECT_EQ(smtps.tls, TlsPolicy::required);
  EXPECT_EQ(smtps.label, "me");
  EXPECT_EQ(smtps.port, 465);
}

TEST(RelayMap, FindsTheRelayOfADomain) {
  const auto map = read<RelayMap>(
      "example.org smtp://mx.example.net:2525\n"
      "*.Example.org\tlmtp://127.0.0.1:2400\n"
      "nowhere.example\n"
      "wrong.example ftp://x\n"
      "* smtps://me@smart.example\n");
  EXPECT_THAT(map.errors, ElementsAre("3: a domain without a relay: the line is ignored",
                                      "4: there is no protocol \"ftp\": the line is ignored"));
  EXPECT_EQ(map.value.find("example.org")->host, "mx.example.net");
  EXPECT_EQ(map.value.find("a.example.org")->protocol, Protocol::lmtp);
  EXPECT_EQ(map.value.find("other.example")->label, "me");
  EXPECT_EQ(read<RelayMap>("example.org smtp://mx.example.net\n").value.find("example.com"), nullptr);
}

TEST(SourceList, ReadsAddresses) {
  const auto list = read<SourceList>("192.0.2.1\n2001:db8::1\nexample.org\n");
  ASSERT_EQ(list.value.addresses.size(), 2);
  EXPECT_EQ(list.value.addresses[1].text(), "2001:db8::1");
  EXPECT_THAT(list.errors, ElementsAre("3: not an address: the line is ignored"));
}

TEST(Routes, ComeFromActions) {
  config::Configuration configuration;
  configuration.hostname = "mail.example.org";
  configuration.tables = {
      {.name = "secrets", .kind = config::Table::Kind::inline_map, .entries = {{"me", "anna:pass:word"}}},
      {.name = "names",
       .kind = config::Table::Kind::inline_map,
       .entries = {{"192.0.2.7", "out.example.org"}}}};
  config::RelayAction relay{
      .backup = true,
      .helo_source = config::TableRef{.name = "names"},
      .host = config::RelayUrl{.scheme = Scheme::smtps, .label = "me", .host = "smart.example"},
      .tls = config::RelayAction::Tls::required_unverified,
      .credentials = config::TableRef{.name = "secrets"},
      .mail_from = "@example.net",
      .source = config::Operand{.values = {"192.0.2.7"}}};
  configuration.actions = {
      {.name = "out", .method = relay},
      {.name = "box", .method = config::LocalAction{}},
      {.name = "dovecot",
       .method = config::LocalAction{.method = config::LmtpMethod{.socket_path = "/run/lmtp"}}}};
  configuration.options.mta.family = config::Word{.text = "inet4"};
  const SystemClock clock;
  const tables::Tables tables(configuration.tables, clock);
  const auto routes = routes_of(configuration, tables);
  ASSERT_TRUE(routes) << routes.error();
  ASSERT_EQ(routes->size(), 2);
  const Route& out = (*routes)[0];
  EXPECT_EQ(out.action, "out");
  EXPECT_EQ(out.hostname, "mail.example.org");
  EXPECT_EQ(out.tls, TlsPolicy::required_unverified);
  EXPECT_TRUE(out.is_backup);
  EXPECT_EQ(out.family, IpAddress::Family::ipv4);
  EXPECT_EQ(out.credentials_of("me")->value().user, "anna");
  EXPECT_EQ(out.credentials_of("me")->value().password, "pass:word");
  EXPECT_EQ(out.credentials_of("you").value(), std::nullopt);
  EXPECT_EQ(out.helo_of(*parse_ip("192.0.2.7")).value(), "out.example.org");
  EXPECT_EQ(out.helo_of(*parse_ip("192.0.2.8")).value(), std::nullopt);
  EXPECT_EQ(out.sources()->value().size(), 1);
  EXPECT_EQ(out.host_of, nullptr);
  EXPECT_EQ((*routes)[1].host->socket_path, "/run/lmtp");
  EXPECT_EQ((*routes)[1].host->protocol, Protocol::lmtp);

  configuration.cas = {{.name = "ours", .certificate = {.text = "/nowhere/ca.pem"}}};
  std::get<config::RelayAction>(configuration.actions[0].method).ca = config::Word{.text = "ours"};
  EXPECT_THAT(routes_of(configuration, tables).error(), HasSubstr("/nowhere/ca.pem: "));
}

}  // namespace
}  // namespace pillarbox::relay
