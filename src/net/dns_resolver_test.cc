#include "net/dns_resolver.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "dns/run_test.h"

namespace pillarbox::net {
namespace {

using dns::Outcome;
using dns::testing::run;
using namespace std::chrono_literals;

// What libunbound answers without asking anybody: names of RFC 6761. tests/integration/dns_test.py asks real
// servers.
DnsOptions options() {
  DnsOptions made{.servers = {Endpoint::of(*parse_ip("127.0.0.1"), 1)}, .resolv_conf = "", .hosts = ""};
  made.settings.trust_anchor = "no";
  return made;
}

TEST(DnsResolver, AnswersWhoAsks) {
  const auto resolver = make_dns_resolver(options());
  ASSERT_TRUE(resolver.has_value()) << resolver.error();
  EXPECT_EQ(run((*resolver)->a("localhost")).records, std::vector{*parse_ip("127.0.0.1")});
  EXPECT_EQ(run((*resolver)->aaaa("LOCALHOST.")).records, std::vector{*parse_ip("::1")});
  EXPECT_EQ(run((*resolver)->ptr(*parse_ip("127.0.0.1"))).records, std::vector<std::string>{"localhost"});
  EXPECT_EQ(run((*resolver)->mx("example.invalid")).outcome, Outcome::no_such_name);
  EXPECT_EQ(run((*resolver)->hosts({"localhost", "nothing.invalid"})).size(), 2u);
}

TEST(DnsResolver, MayBeThereTwice) {
  const auto one = make_dns_resolver(options());
  const auto two = make_dns_resolver(options());
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(run((*one)->a("localhost")).is_found());
  EXPECT_TRUE(run((*two)->a("localhost")).is_found());
}

TEST(DnsResolver, FailsWhenNobodyAnswers) {
  const auto resolver = make_dns_resolver(options());
  const auto answer = run((*resolver)->mx("example.org", 1ms));
  EXPECT_EQ(answer.outcome, Outcome::temporary_failure);
  EXPECT_FALSE(answer.reason.empty());
}

TEST(DnsResolver, FailsWhenTooManyAsk) {
  DnsOptions few = options();
  few.settings.max_queries = 1;
  few.settings.max_waiting = 2;
  const auto resolver = make_dns_resolver(few);
  const auto answers = run((*resolver)->hosts({"localhost", "example.invalid"}));
  EXPECT_EQ(answers[0].ipv4.reason, "too many look-ups are waiting");
  EXPECT_TRUE(run((*resolver)->hosts({"localhost"}))[0].ipv4.is_found());
}

TEST(DnsResolver, ReadsTheHostsFileAgain) {
  const std::string path = testing::TempDir() + "pillarbox_hosts_test";
  std::ofstream(path) << "192.0.2.1 relay.example\n";
  DnsOptions with_hosts = options();
  with_hosts.hosts = path;
  const auto resolver = make_dns_resolver(with_hosts);
  EXPECT_EQ((*resolver)->hosts_file("relay.example"), std::vector{*parse_ip("192.0.2.1")});
  std::ofstream(path) << "192.0.2.2 relay.example\n";
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + 1h);
  EXPECT_EQ((*resolver)->hosts_file("relay.example"), std::vector{*parse_ip("192.0.2.2")});
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace pillarbox::net
