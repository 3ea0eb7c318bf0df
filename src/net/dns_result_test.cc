#include "net/dns_result.h"

#include <gtest/gtest.h>

#include <array>

#include "config/memory_host.h"
#include "config/parse.h"
#include "dns/limits.h"
#include "net/dns_context.h"
#include "net/routes.h"

namespace pillarbox::net {
namespace {

using dns::Outcome;
using namespace std::string_literals;

char question[] = "Example.ORG";
char record[] = {'\300', '\0', '\2', '\1'};
char* no_records[] = {nullptr};
char* one_record[] = {record, nullptr};
int length[] = {4, 0};

ub_result result() {
  ub_result made{};
  made.qname = question;
  made.data = no_records;
  made.len = length;
  made.ttl = 60;
  return made;
}

TEST(DnsResult, BecomesAnAnswer) {
  ub_result found = result();
  found.havedata = 1;
  found.data = one_record;
  found.secure = 1;
  const auto answer = answer_of(found);
  EXPECT_EQ(answer.outcome, Outcome::found);
  EXPECT_TRUE(answer.is_secure);
  EXPECT_EQ(answer.ttl, std::chrono::seconds(60));
  EXPECT_EQ(answer.canonical_name, "example.org");
  EXPECT_EQ(answer.records, std::vector{"\300\0\2\1"s});

  char canonical[] = "mx.example.org.";
  found.canonname = canonical;
  EXPECT_EQ(answer_of(found).canonical_name, "mx.example.org");
}

TEST(DnsResult, TellsWhyThereIsNothing) {
  struct Case {
    int rcode, nxdomain, bogus;
    Outcome outcome;
    const char* reason;
  };
  for (const auto& [rcode, nxdomain, bogus, outcome, reason] : {
           Case{0, 0, 0, Outcome::no_data, "no such record"},
           Case{3, 1, 0, Outcome::no_such_name, "no such name"},
           Case{3, 0, 0, Outcome::no_such_name, "no such name"},
           Case{2, 0, 0, Outcome::temporary_failure, "SERVFAIL"},
           Case{5, 0, 0, Outcome::temporary_failure, "REFUSED"},
           Case{11, 0, 0, Outcome::temporary_failure, "RCODE 11"},
           Case{2, 0, 1, Outcome::bogus, "bogus"},
           Case{0, 1, 1, Outcome::bogus, "bogus"},
       }) {
    ub_result absent = result();
    absent.rcode = rcode;
    absent.nxdomain = nxdomain;
    absent.bogus = bogus;
    absent.secure = bogus == 0 ? 1 : 0;
    const auto answer = answer_of(absent);
    EXPECT_EQ(answer.outcome, outcome) << reason;
    EXPECT_EQ(answer.reason, reason);
    EXPECT_EQ(answer.is_secure, answer.is_absent()) << reason;
  }
}

TEST(DnsResult, ThatIsBogusShowsNoRecords) {
  ub_result bogus = result();
  bogus.havedata = 1;
  bogus.data = one_record;
  bogus.bogus = 1;
  const std::string why(1'000, 'x');
  bogus.why_bogus = const_cast<char*>(why.c_str());
  const auto answer = answer_of(bogus);
  EXPECT_EQ(answer.outcome, Outcome::bogus);
  EXPECT_TRUE(answer.records.empty());
  EXPECT_EQ(answer.reason.size(), 200u);
}

TEST(DnsResult, IsBounded) {
  std::vector<char*> records(5'000, record);
  records.push_back(nullptr);
  std::vector<int> lengths(records.size(), 4);
  lengths[1] = -1;
  ub_result many = result();
  many.havedata = 1;
  many.data = records.data();
  many.len = lengths.data();
  EXPECT_EQ(answer_of(many).records.size(), dns::limits::records);
}

TEST(DnsContext, FindsTheZonesOfAnchors) {
  struct Case {
    const char* file;
    std::vector<std::string> zones;
  };
  for (const auto& [file, zones] : {
           Case{"; the root\n. 172800 IN DNSKEY 257 3 8 AwEA;{id = 20326}\n.\tIN DS 20326 8 2 E06D\n", {""}},
           Case{"Example.org. DS 1 13 2 AB\n  CD\n\nexample.net. DS 2 13 2 AB",
                {"example.org", "example.net"}},
           Case{"bad..name DS 1 2 3\n", {}},
           Case{"", {}},
       }) {
    EXPECT_EQ(anchored_zones(file), zones);
  }
}

TEST(DnsContext, NamesTheSettingThatIsWrong) {
  const auto error_of = [](const DnsSettings& settings) {
    const auto fits =
        check_dns_options({.servers = {}, .settings = settings, .resolv_conf = "", .hosts = ""});
    return fits ? "" : fits.error();
  };
  EXPECT_EQ(error_of({.trust_anchor = "no"}), "");
  EXPECT_EQ(error_of({.trust_anchor = "/no/such/file"}),
            "/no/such/file: can't be read, and is to be DNSSEC's trust anchor");
  EXPECT_EQ(error_of({.trust_anchor = "no", .insecure_domains = "lan bad..name"}),
            "dns insecure-domains: bad..name isn't a domain");
  EXPECT_EQ(error_of({.trust_anchor = "no", .insecure_domains = " lan  corp.example "}), "");
  const std::string not_an_anchor = PILLARBOX_SOURCE_DIR "/src/layers.txt";
  EXPECT_TRUE(error_of({.trust_anchor = not_an_anchor}).starts_with(not_an_anchor + ": isn't a file of DS"));
}

TEST(DnsOptions, ComeFromTheConfiguration) {
  config::MemoryHost host;
  host.files["pillarbox.conf"] =
      "resolver 127.0.0.1:5353, ::1\ndns timeout 3s\ndns trust-anchor \"/etc/root.key\"\n";
  const config::FieldTable tables[] = {dns_setting_table};
  const auto parsed = config::parse("pillarbox.conf", host, tables);
  ASSERT_TRUE(parsed.ok()) << parsed.text();
  const DnsOptions options = dns_options_of(parsed.configuration);
  ASSERT_EQ(options.servers.size(), 2u);
  EXPECT_EQ(options.servers[0].text(), "127.0.0.1:5353");
  EXPECT_EQ(options.servers[1].text(), "[::1]:53");
  EXPECT_EQ(options.settings.timeout, std::chrono::seconds(3));
  EXPECT_EQ(options.settings.trust_anchor, "/etc/root.key");
}

TEST(Routes, LeadToOurselves) { EXPECT_TRUE(has_route(*parse_ip("127.0.0.1"))); }

}  // namespace
}  // namespace pillarbox::net
