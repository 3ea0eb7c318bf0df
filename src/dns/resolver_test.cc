#include "dns/resolver.h"

#include <gtest/gtest.h>

#include "dns/limits.h"
#include "dns/run_test.h"
#include "dns/scripted_resolver.h"

namespace pillarbox::dns {
namespace {

using testing::run;

TEST(Resolver, ReadsEachKindOfRecord) {
  ScriptedResolver resolver(R"(
    example.org MX 10 mx.example.org
    example.org MX 20 Backup.example.org
    mx.example.org A 192.0.2.1
    mx.example.org AAAA 2001:db8::1
    example.org TXT v=spf1 mx -all
    192.0.2.1 PTR mx.example.org
    2001:db8::1 PTR mx6.example.org
    www.example.org CNAME mx.example.org
    _25._tcp.mx.example.org TLSA 3 1 1 abcd
  )");
  const auto mx = run(resolver.mx("Example.ORG."));
  EXPECT_EQ(mx.outcome, Outcome::found);
  EXPECT_EQ(mx.records, (std::vector<Mx>{{10, "mx.example.org"}, {20, "backup.example.org"}}));
  EXPECT_EQ(run(resolver.a("mx.example.org")).records, std::vector{*parse_ip("192.0.2.1")});
  EXPECT_EQ(run(resolver.aaaa("mx.example.org")).records, std::vector{*parse_ip("2001:db8::1")});
  EXPECT_EQ(run(resolver.txt("example.org")).records, std::vector<std::string>{"v=spf1 mx -all"});
  EXPECT_EQ(run(resolver.ptr(*parse_ip("192.0.2.1"))).records, std::vector<std::string>{"mx.example.org"});
  EXPECT_EQ(run(resolver.ptr(*parse_ip("2001:db8::1"))).records, std::vector<std::string>{"mx6.example.org"});
  EXPECT_EQ(run(resolver.cname("www.example.org")).records, std::vector<std::string>{"mx.example.org"});
  EXPECT_EQ(run(resolver.tlsa("_25._tcp.mx.example.org")).records,
            (std::vector<Tlsa>{{3, 1, 1, "\xab\xcd"}}));
  EXPECT_EQ(resolver.asked().front(), (Question{"example.org", Type::mx}));

  const auto followed = run(resolver.a("www.example.org"));
  EXPECT_EQ(followed.records, std::vector{*parse_ip("192.0.2.1")});
  EXPECT_EQ(followed.canonical_name, "mx.example.org");
}

TEST(Resolver, TellsWhyThereIsNothing) {
  ScriptedResolver resolver(R"(
    host.example.org A 192.0.2.1
    down.example A !servfail
    slow.example * !timeout
    forged.example MX !bogus
    loop.example CNAME loop2.example
    loop2.example CNAME loop.example
  )");
  struct Case {
    const char* name;
    Outcome outcome;
  };
  for (const auto& [name, outcome] : {
           Case{"host.example.org", Outcome::no_data},
           Case{"example.org", Outcome::no_data},  // an empty non-terminal
           Case{"other.example.org", Outcome::no_such_name},
           Case{"slow.example", Outcome::temporary_failure},
           Case{"forged.example", Outcome::bogus},
           Case{"loop.example", Outcome::temporary_failure},
           Case{"not..a.name", Outcome::no_such_name},
           Case{"b\xC3\xBC"
                "cher.example",
                Outcome::no_such_name},
       }) {
    const auto answer = run(resolver.mx(name));
    EXPECT_EQ(answer.outcome, outcome) << name;
    EXPECT_TRUE(answer.records.empty()) << name;
    EXPECT_FALSE(answer.reason.empty()) << name;
  }
  EXPECT_EQ(run(resolver.a("down.example")).outcome, Outcome::temporary_failure);
  EXPECT_EQ(run(resolver.mx("down.example")).outcome, Outcome::no_data);
}

TEST(Resolver, LeavesOutWhatCannotBeRead) {
  ScriptedResolver resolver(R"(
    some.example MX !raw 000a
    some.example MX 20 mx.example
    none.example MX !raw 000a026d78
    none.example A !raw 7f000001ff
  )");
  const auto some = run(resolver.mx("some.example"));
  EXPECT_EQ(some.records, (std::vector<Mx>{{20, "mx.example"}}));
  EXPECT_EQ(some.unreadable, 1u);
  EXPECT_EQ(run(resolver.mx("none.example")).outcome, Outcome::temporary_failure);
  EXPECT_EQ(run(resolver.a("none.example")).outcome, Outcome::temporary_failure);
}

TEST(Resolver, RefusesAnswersThatAreTooLarge) {
  std::string zone;
  for (std::size_t i = 0; i < limits::records; ++i) zone += "most.example MX 10 mx.example\n";
  ScriptedResolver resolver(zone);
  EXPECT_EQ(run(resolver.mx("most.example")).records.size(), limits::records);
  resolver.add("most.example MX 10 mx.example");
  EXPECT_EQ(run(resolver.mx("most.example")).outcome, Outcome::temporary_failure);

  resolver.add("big.example TXT " + std::string(60'000, 'x'));
  EXPECT_EQ(run(resolver.txt("big.example")).records.front().size(), 60'000u);
  resolver.add("big.example TXT " + std::string(6'000, 'x'));
  EXPECT_EQ(run(resolver.txt("big.example")).outcome, Outcome::temporary_failure);
}

TEST(Resolver, AsksForBothFamiliesOfManyNamesAtOnce) {
  ScriptedResolver resolver(R"(
    one.example A 192.0.2.1
    two.example AAAA 2001:db8::2
  )");
  const auto answers = run(resolver.hosts({"one.example", "bad..name", "two.example"}));
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].ipv4.records, std::vector{*parse_ip("192.0.2.1")});
  EXPECT_EQ(answers[0].ipv6.outcome, Outcome::no_data);
  EXPECT_EQ(answers[1].ipv4.outcome, Outcome::no_such_name);
  EXPECT_EQ(answers[2].ipv6.records, std::vector{*parse_ip("2001:db8::2")});
}

TEST(Resolver, SaysWhatIsSecure) {
  ScriptedResolver resolver(R"(
    signed.example secure
    mx.signed.example A 192.0.2.1
    alias.signed.example CNAME mx.open.example
    mx.open.example A 192.0.2.2
  )");
  EXPECT_TRUE(run(resolver.a("mx.signed.example")).is_secure);
  EXPECT_TRUE(run(resolver.aaaa("mx.signed.example")).is_secure);
  EXPECT_FALSE(run(resolver.a("mx.open.example")).is_secure);
  EXPECT_FALSE(run(resolver.a("alias.signed.example")).is_secure);
}

}  // namespace
}  // namespace pillarbox::dns
