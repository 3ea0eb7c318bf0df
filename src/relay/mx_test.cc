#include "relay/mx.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "dns/run_test.h"
#include "dns/scripted_resolver.h"

namespace pillarbox::relay {
namespace {

using dns::testing::run;

const char* const zone = R"(
  example.org MX 10 mx1.example.org
  example.org MX 20 mx2.example.org
  mx1.example.org A 192.0.2.1
  mx1.example.org AAAA 2001:db8::1
  mx2.example.org A 192.0.2.2

  no-mx.example A 192.0.2.3
  alias.example CNAME example.org
  alias-mx.example MX 10 www.example.org
  www.example.org CNAME mx2.example.org

  null.example MX 0 .
  half-null.example MX 0 .
  half-null.example MX 5 mx2.example.org
  nothing.example TXT v=spf1 -all
  no-address.example MX 10 nothing.example
  no-address.example MX 20 missing.example
  literal.example MX 10 192.0.2.9
  literal.example MX 20 mx2.example.org
  odd.example MX 10 mail\032host.example
  odd.example MX 20 -.example
  odd.example MX 30 mx2.example.org
  twice.example MX 10 mx2.example.org
  twice.example MX 20 mx1.example.org
  twice.example MX 30 mx2.example.org

  down.example MX !servfail
  slow.example * !timeout
  forged.example MX !bogus
  loop.example CNAME loop2.example
  loop2.example CNAME loop.example
  half-down.example MX 10 slow.example
  half-down.example MX 20 mx2.example.org
  all-down.example MX 10 slow.example
  all-down.example MX 20 missing.example
  one-family.example MX 10 six-down.example
  six-down.example A 192.0.2.6
  six-down.example AAAA !servfail

  at-home.example MX 10 home.example
  home.example A 127.0.0.1
  home.example AAAA ::1
  half-home.example MX 10 home.example
  half-home.example MX 20 mx2.example.org
  mapped-home.example AAAA !raw 00000000000000000000ffff7f000001
  private.example A 10.0.0.1
  far.example A 203.0.113.1
  half-far.example A 203.0.113.1
  half-far.example A 192.0.2.4

  ours.example MX 10 mail.pillarbox.example
  ours.example MX 20 mx2.example.org
  ours-by-address.example MX 10 other-name.example
  other-name.example A 198.51.100.25
  ours-implicit.example A 198.51.100.25
  mail.pillarbox.example A 192.0.2.77
  backup.example MX 10 mx1.example.org
  backup.example MX 20 Mail.Pillarbox.Example
  backup.example MX 20 mx3.example.org
  backup.example MX 30 mx2.example.org
  mx3.example.org A 192.0.2.33
  backup-by-address.example MX 10 mx2.example.org
  backup-by-address.example MX 20 other-name.example
  backup-by-address.example MX 30 mx3.example.org
  backup-named.example MX 10 mx2.example.org
  backup-named.example MX 20 mx-outside.pillarbox.example
  backup-named.example MX 30 mx3.example.org
  primary-down.example MX 10 slow.example
  primary-down.example MX 20 mail.pillarbox.example
  primary-gone.example MX 10 missing.example
  primary-gone.example MX 20 mail.pillarbox.example

  relay.example MX 10 mx1.example.org
  relay.example A 192.0.2.50
  looped-relay.example A 127.0.0.1
)";

const char* const hosts_file = "192.0.2.99 relay-in-hosts.example mx1.example.org\n";

class FindHosts : public testing::Test {
 protected:
  MxMachine machine() {
    return {.self = {.names = {"mail.pillarbox.example"}, .addresses = {*parse_ip("198.51.100.25")}},
            .has_route =
                [](const IpAddress& address) { return !parse_network("203.0.113.0/24")->contains(address); },
            .random = [this] { return random_++; }};
  }

  static std::string text_of(const Hosts& hosts) {
    if (!hosts) return fmt::format("{} {}", hosts.error().status(), hosts.error().text);
    std::string text;
    for (const Host& host : *hosts) {
      text += fmt::format("{}{} {} {}{}", text.empty() ? "" : ", ", host.name, host.address.text(),
                          host.preference, host.is_secure ? " secure" : "");
    }
    return text;
  }

  std::string found(const std::string& domain, const std::string& backup_mx = "") {
    return text_of(run(MxFinder(resolver_, machine(), settings_).find_hosts(domain, backup_mx)));
  }
  std::string found_relay(const std::string& name) {
    return text_of(run(MxFinder(resolver_, machine(), settings_).find_relay_host(name)));
  }

  dns::ScriptedResolver resolver_{zone, hosts_file};
  MxSettings settings_;
  std::uint64_t random_ = 0;
};

TEST_F(FindHosts, OfEveryKindOfDomain) {
  struct Case {
    const char* domain;
    const char* hosts;
  };
  for (const auto& [domain, hosts] : {
           Case{"no-mx.example", "no-mx.example 192.0.2.3 0"},
           Case{"alias-mx.example", "www.example.org 192.0.2.2 10"},
           Case{"half-null.example", "mx2.example.org 192.0.2.2 5"},
           Case{"literal.example", "mx2.example.org 192.0.2.2 20"},
           Case{"odd.example", "mx2.example.org 192.0.2.2 30"},
           Case{"half-down.example", "mx2.example.org 192.0.2.2 20"},
           Case{"one-family.example", "six-down.example 192.0.2.6 10"},
           Case{"half-home.example", "mx2.example.org 192.0.2.2 20"},
           Case{"private.example", "private.example 10.0.0.1 0"},
           Case{"half-far.example", "half-far.example 192.0.2.4 0"},
           Case{"[192.0.2.7]", "[192.0.2.7] 192.0.2.7 0"},
           Case{"[IPv6:2001:db8::7]", "[IPv6:2001:db8::7] 2001:db8::7 0"},

           Case{"missing.example", "5.1.2 there is no domain missing.example"},
           Case{"null.example", "5.1.10 null.example takes no mail, says its null MX"},
           Case{"nothing.example", "5.4.4 nothing.example has no mail host with an address"},
           Case{"no-address.example", "5.4.4 no-address.example has no mail host with an address"},
           Case{"down.example", "4.4.3 the look-up of down.example failed for now (servfail)"},
           Case{"slow.example", "4.4.3 the look-up of slow.example failed for now (timeout)"},
           Case{"forged.example",
                "4.4.3 the look-up of forged.example failed for now (its DNSSEC signatures don't hold)"},
           Case{"loop.example",
                "4.4.3 the look-up of loop.example failed for now (too long a chain of aliases)"},
           Case{"all-down.example",
                "4.4.3 the look-up of slow.example, a mail host of all-down.example, failed for now"},
           Case{"at-home.example",
                "5.4.4 the mail hosts of at-home.example have addresses that are nobody's"},
           Case{"home.example", "5.4.4 the mail hosts of home.example have addresses that are nobody's"},
           Case{"mapped-home.example",
                "5.4.4 the mail hosts of mapped-home.example have addresses that are nobody's"},
           Case{"far.example", "4.4.1 this server has no route to the mail hosts of far.example"},
           Case{"[127.0.0.1]", "5.4.4 no mail can be sent to [127.0.0.1]"},
           Case{"[IPv6:::1]", "5.4.4 no mail can be sent to [IPv6:::1]"},
           Case{"[203.0.113.1]", "4.4.1 this server has no route to [203.0.113.1]"},
           Case{"[no.address]", "5.1.2 [no.address] isn't an address"},
       }) {
    EXPECT_EQ(found(domain), hosts) << domain;
  }
}

TEST_F(FindHosts, ByPreference) {
  for (random_ = 0; random_ < 20; ++random_) {
    const std::string hosts = found("example.org");
    EXPECT_TRUE(hosts.ends_with(", mx2.example.org 192.0.2.2 20")) << hosts;
    EXPECT_TRUE(hosts.starts_with("mx1.example.org ")) << hosts;
  }
  EXPECT_TRUE(found("twice.example").starts_with("mx2.example.org 192.0.2.2 10, mx1"));
}

TEST_F(FindHosts, NeverSendsBackToUs) {
  struct Case {
    const char* domain;
    const char* backup_mx;
    const char* hosts;
  };
  const std::string loop =
      " loops back to this server, which is its best mail host and isn't set up to take it";
  for (const auto& [domain, backup_mx, hosts] : {
           Case{"ours.example", "", "5.4.6 mail for ours.example"},
           Case{"ours-by-address.example", "", "5.4.6 mail for ours-by-address.example"},
           Case{"ours-implicit.example", "", "5.4.6 mail for ours-implicit.example"},
           Case{"mail.pillarbox.example", "", "5.4.6 mail for mail.pillarbox.example"},
           Case{"[198.51.100.25]", "", "5.4.6 mail for [198.51.100.25]"},
           Case{"backup-by-address.example", "", "mx2.example.org 192.0.2.2 10"},
           Case{"backup-named.example", "MX-outside.pillarbox.example", "mx2.example.org 192.0.2.2 10"},
           Case{"ours-by-address.example", "other-name.example", "5.4.6 mail for ours-by-address.example"},
           Case{"primary-down.example", "",
                "4.4.3 the look-up of slow.example, a mail host of primary-down.example, failed for now"},
           Case{"primary-gone.example", "", "5.4.4 primary-gone.example has no mail host with an address"},
       }) {
    const bool is_loop = std::string_view(hosts).starts_with("5.4.6");
    EXPECT_EQ(found(domain, backup_mx), is_loop ? hosts + loop : hosts) << domain;
  }
  const std::string better = found("backup.example");
  EXPECT_NE(better.find("mx1.example.org 192.0.2.1 10"), std::string::npos) << better;
  EXPECT_NE(better.find("mx1.example.org 2001:db8::1 10"), std::string::npos) << better;
  EXPECT_EQ(better.find("mx2"), std::string::npos) << better;
  EXPECT_EQ(better.find("mx3"), std::string::npos) << better;
}

TEST_F(FindHosts, OnLoopbackIfTestsWantIt) {
  settings_.allow_loopback = true;
  EXPECT_TRUE(found("at-home.example").contains("home.example 127.0.0.1 10"));
  EXPECT_EQ(found("[127.0.0.1]"), "[127.0.0.1] 127.0.0.1 0");
}

TEST_F(FindHosts, SaysWhatIsSecure) {
  EXPECT_EQ(found("no-mx.example"), "no-mx.example 192.0.2.3 0");
  resolver_.add("no-mx.example secure\nalias-mx.example secure\nwww.example.org secure");
  EXPECT_EQ(found("no-mx.example"), "no-mx.example 192.0.2.3 0 secure");
  EXPECT_EQ(found("alias-mx.example"), "www.example.org 192.0.2.2 10");  // the alias leads out
  resolver_.add("mx2.example.org secure");
  EXPECT_EQ(found("alias-mx.example"), "www.example.org 192.0.2.2 10 secure");
  EXPECT_EQ(found("literal.example"), "mx2.example.org 192.0.2.2 20");  // the MX isn't
}

TEST_F(FindHosts, IsBounded) {
  for (int i = 0; i < 100; ++i) {
    resolver_.add(
        fmt::format("many.example MX {} mx{}.many.example\nmx{}.many.example A 192.0.2.{}", i, i, i, i));
  }
  const auto hosts = run(MxFinder(resolver_, machine(), settings_).find_hosts("many.example"));
  ASSERT_TRUE(hosts.has_value());
  ASSERT_EQ(hosts->size(), settings_.max_hosts);
  EXPECT_EQ(hosts->back().preference, settings_.max_hosts - 1);
  EXPECT_LE(resolver_.asked().size(), 1 + 2 * 20u);
}

TEST_F(FindHosts, OfARelay) {
  struct Case {
    const char* name;
    const char* hosts;
  };
  for (const auto& [name, hosts] : {
           Case{"relay.example", "relay.example 192.0.2.50 0"},  // no MX
           Case{"[relay.example]", "relay.example 192.0.2.50 0"},
           Case{"RELAY.example", "relay.example 192.0.2.50 0"},
           Case{"relay-in-hosts.example", "relay-in-hosts.example 192.0.2.99 0"},
           Case{"mx1.example.org", "mx1.example.org 192.0.2.99 0"},
           Case{"192.0.2.8", "[192.0.2.8] 192.0.2.8 0"},
           Case{"[192.0.2.8]", "[192.0.2.8] 192.0.2.8 0"},
           Case{"2001:db8::8", "[IPv6:2001:db8::8] 2001:db8::8 0"},
           Case{"[2001:db8::8]", "[IPv6:2001:db8::8] 2001:db8::8 0"},
           Case{"[IPv6:2001:db8::8]", "[IPv6:2001:db8::8] 2001:db8::8 0"},
           Case{"127.0.0.1", "[127.0.0.1] 127.0.0.1 0"},
           Case{"looped-relay.example", "looped-relay.example 127.0.0.1 0"},
           Case{"far.example", "far.example 203.0.113.1 0"},
           Case{"missing.example", "4.3.5 the relay host missing.example has no address"},
           Case{"nothing.example", "4.3.5 the relay host nothing.example has no address"},
           Case{"slow.example", "4.4.3 the look-up of slow.example failed for now (timeout)"},
           Case{"six-down.example", "six-down.example 192.0.2.6 0"},
       }) {
    EXPECT_EQ(found_relay(name), hosts) << name;
  }
  EXPECT_TRUE(found_relay("localhost").contains("localhost 127.0.0.1 0"));
  EXPECT_TRUE(found_relay("localhost").contains("localhost ::1 0"));
}

}  // namespace
}  // namespace pillarbox::relay
