#include "route/router.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "route/expect_test.h"

namespace pillarbox::route {
namespace {

using testing::address;
using testing::Case;
using testing::expect;
using testing::House;
using testing::local;
using testing::logged_in;
using testing::stranger;
using testing::text_of;

constexpr const char* shortest = R"(
domain example.org
table users { anna = x, "billy@example.com" = x }
table aliases { info = "anna, billy@example.com", "sales@example.org" = "carol@elsewhere.example",
  "@rest.example" = anna, "anna+lists" = billy, "both@example.org" = "both, anna", postmaster = anna }
action "inbox" mailbox userbase <users> virtual <aliases>
action "relay" relay
match from any  for domain { example.org, example.com, rest.example } action "inbox"
match from auth for any                action "relay"
)";

TEST(Router, DeliversToUsersByLoginAndByLocalPart) {
  House house(shortest);
  house.users.logins = {"Anna", "billy@example.com"};
  expect(house, stranger(),
         {
             {"anna@example.org", "mailbox Anna"},
             {"ANNA@example.com", "mailbox Anna"},
             {"anna+tag@example.org", "mailbox Anna+tag"},
             {"anna+a+b@example.org", "mailbox Anna+a+b"},
             {"anna+@example.org", "mailbox Anna"},
             {"+anna@example.org", "refused: unknown user"},
             {"billy@example.com", "mailbox billy@example.com"},
             {"Billy+x@Example.Com", "mailbox billy@example.com+x"},
             {"billy@example.org", "refused: unknown user"},
             {"nobody@example.org", "refused: unknown user"},
             {"anna@elsewhere.example", "refused: relay denied"},
             {"\"anna\"@example.org", "mailbox Anna"},
             // Old tricks to have mail sent on by others.
             {"\"victim@elsewhere.example\"@example.org", "refused: unknown user"},
             {"victim%elsewhere.example@example.org", "refused: unknown user"},
             {"\"elsewhere.example!victim\"@example.org", "refused: unknown user"},
         });
}

TEST(Router, FollowsAliasesAndVirtualAddresses) {
  House house(shortest);
  house.users.logins = {"anna", "billy@example.com", "both"};
  expect(house, stranger(),
         {
             {"info@example.org", "mailbox anna, mailbox billy@example.com"},
             {"INFO+x@example.com", "mailbox anna, mailbox billy@example.com"},
             // What an alias names was written by the admin: it is relayed for whoever writes.
             {"sales@example.org", "relay relay carol@elsewhere.example"},
             {"sales@example.com", "refused: unknown user"},
             {"whoever@rest.example", "mailbox anna"},
             {"both@rest.example", "mailbox both"},               // a user isn't the rest
             {"both@example.org", "mailbox both, mailbox anna"},  // an alias with the user himself in it
             {"anna+lists@example.org",
              "refused: unknown user"},  // leads to nobody: there is only billy@example.com
             {"anna+lists@example.com", "mailbox billy@example.com"},
         });
}

TEST(Router, PostmasterNeedsNoDomain) {
  House house(shortest);
  house.users.logins = {"anna"};
  const Decision decision = house.router->decide(stranger(), {"Postmaster", ""});
  EXPECT_EQ(text_of(decision), "mailbox anna");
  EXPECT_EQ(decision.reason, "pillarbox.conf:8:1: alias Postmaster → user anna");
}

TEST(Router, SaysWhichRuleDecidedAndWhy) {
  House house(shortest);
  house.users.logins = {"anna"};
  Decision decision = house.router->decide(stranger(), address("info@example.org"));
  EXPECT_EQ(decision.rule.line, 8u);
  EXPECT_EQ(decision.reason,
            "pillarbox.conf:8:1: alias info → user anna (billy@example.com is neither a user nor an alias)");
  decision = house.router->decide(stranger(), address("x@elsewhere.example"));
  EXPECT_EQ(decision.rule.line, 0u);
  EXPECT_EQ(decision.reason, "no rule takes x@elsewhere.example");
}

TEST(Router, MatchesEveryCondition) {
  const House house(R"(
domain example.org
table nets { 192.0.2.0/24 }
listen on lo tag MX
action inbox mailbox userbase <nets>
action a relay
action b relay
action c relay
action d relay
action e relay
action f relay
action g relay
action h relay
match from src <nets> for any !tag MX reject
match from any !from src <nets> reject
match from src <nets> for domain "*.tags.example" tag MX action a
match from src <nets> for domain helo.example helo "*.good.example" action b
match from src <nets> for domain tls.example tls action c
match from src <nets> for domain from.example mail-from "@partner.example" action d
match from src <nets> for domain rcpt.example rcpt-to { "x@rcpt.example", y } action e
match from src <nets> for domain auth.example auth { anna, bob } action f
match from src <nets> for local action g
match from src <nets> for rcpt-to "x@*.r.example" ! tls action h
)");
  // Two `from` in one rule are a mistake.
  EXPECT_FALSE(house.parsed.ok());

  const House right(R"(
domain example.org
table nets { 192.0.2.0/24 }
listen on lo tag MX
action a relay
action b relay
action c relay
action d relay
action e relay
action f relay
action g relay
action h relay
match !from src <nets> for any reject
match from any for any !tag MX reject
match from src <nets> for domain "*.tags.example" tag MX action a
match from src <nets> for domain helo.example helo "*.good.example" action b
match from src <nets> for domain tls.example tls action c
match from src <nets> for domain from.example mail-from "@partner.example" action d
match from src <nets> for domain rcpt.example rcpt-to { "x@rcpt.example", y } action e
match from src <nets> for domain auth.example auth { anna, bob } action f
match from src <nets> for local action g
match from src <nets> for rcpt-to "x@*.r.example" !tls action h
)");
  EnvelopeContext envelope = stranger();
  expect(right, envelope, {{"x@a.tags.example", "refused: rejected"}});
  envelope.peer = parse_ip("192.0.2.55");
  expect(right, envelope, {{"x@a.tags.example", "refused: rejected"}});
  envelope.tag = "MX";
  expect(right, envelope,
         {
             {"x@a.tags.example", "relay a x@a.tags.example"},
             {"x@tags.example", "refused: relay denied"},
             {"x@helo.example", "refused: relay denied"},
             {"x@tls.example", "refused: relay denied"},
             {"x@from.example", "refused: relay denied"},
             {"x@rcpt.example", "relay e x@rcpt.example"},
             {"Y@rcpt.example", "relay e Y@rcpt.example"},
             {"z@rcpt.example", "refused: relay denied"},
             {"x@auth.example", "refused: relay denied"},
             {"x@example.org", "relay g x@example.org"},
             {"x@localhost", "relay g x@localhost"},
             {"x@mail.house.example", "relay g x@mail.house.example"},
             {"x@a.r.example", "relay h x@a.r.example"},
         });
  envelope.helo = "MX.Good.Example";
  envelope.is_tls = true;
  envelope.login = "Bob";
  envelope.sender = address("boss@partner.example");
  expect(right, envelope,
         {
             {"x@helo.example", "relay b x@helo.example"},
             {"x@tls.example", "relay c x@tls.example"},
             {"x@from.example", "relay d x@from.example"},
             {"x@auth.example", "relay f x@auth.example"},
             {"x@a.r.example", "refused: relay denied"},
         });
  envelope.login = "carol";
  envelope.sender.reset();
  expect(right, envelope,
         {{"x@auth.example", "refused: relay denied"}, {"x@from.example", "refused: relay denied"}});
}

TEST(Router, MatchesRegularExpressionsAndReverseNames) {
  struct Line {
    const char* condition;
    bool matches;
  };
  for (const auto& [condition, matches] : {
           Line{"from any for domain regex \"^(a|b)\\.Example$\"", true},
           Line{"from any for domain regex \"^example$\"", false},
           Line{"from any !for domain regex <expressions>", false},
           Line{"from any for rcpt-to regex \"^c[a-z]+@a\\.example$\"", true},
           Line{"from any for any rcpt-to regex { \"^x\", \"^CAROL@\" }", true},
           Line{"from any for any !rcpt-to regex \"^x\"", true},
           Line{"from mail-from regex \"^bob@.*elsewhere\" for any", true},
           Line{"from any mail-from regex \"^carol\" for any", false},
           Line{"from src regex \"^203\\.0\\.113\\.[0-9]$\" for any", true},
           Line{"!from src regex \"^203\" for any", false},
           Line{"from any helo regex \"^mx\\.\" for any", true},
           Line{"from any tag regex \"^IN\" for any", true},
           Line{"from rdns for any", true},
           Line{"from rdns mx.elsewhere.example for any", true},
           Line{"from rdns \"*.elsewhere.example\" for any", true},
           Line{"from rdns other.example for any", false},
           Line{"from rdns regex \"elsewhere\" for any", true},
           Line{"!from rdns for any", false},
           Line{"from auth regex \"^b\" for any", false},
       }) {
    House house(std::string("table users { carol = x }\ntable expressions { \"^x\", \"a\\.example$\" }\n"
                            "listen on lo tag INCOMING\naction inbox mailbox userbase <users>\nmatch ") +
                condition + " action inbox\n");
    ASSERT_TRUE(house.parsed.ok()) << house.parsed.text();
    house.users.logins = {"carol@a.example"};
    EnvelopeContext envelope = stranger();
    envelope.host_name = "MX.elsewhere.example";
    envelope.tag = "INCOMING";
    const Decision decision = house.router->decide(envelope, address("carol@A.example"));
    EXPECT_EQ(!decision.refusal, matches) << condition << ": " << decision.reason;
  }
  House house(
      "table users { carol = x }\naction inbox mailbox userbase <users>\n"
      "match from auth regex \"^ann[ae]$\" for domain a.example action inbox\n");
  house.users.logins = {"carol"};
  expect(house, logged_in("Anna"), {{"carol@a.example", "mailbox carol"}});
  expect(house, logged_in("joanna"), {{"carol@a.example", "refused: relay denied"}});
  // Who has no name in the DNS.
  House nameless(
      "table users { carol = x }\naction inbox mailbox userbase <users>\n"
      "match !from rdns for domain a.example action inbox\n");
  nameless.users.logins = {"carol"};
  expect(nameless, stranger(), {{"carol@a.example", "mailbox carol"}});
}

TEST(Router, KnowsWhereASessionComesFrom) {
  const House house(R"(
action l relay
action s relay
action a relay
action o relay
match from socket for any action s
match from local for domain local.example action l
match from auth anna for any action a
accept for domain old.example relay via smtp://192.0.2.1
)");
  EnvelopeContext socket = local();
  socket.peer.reset();
  expect(house, socket, {{"x@local.example", "relay s x@local.example"}});
  expect(house, local(),
         {{"x@local.example", "relay l x@local.example"}, {"x@any.example", "refused: relay denied"}});
  EnvelopeContext v6 = local();
  v6.peer = parse_ip("::1");
  expect(house, v6, {{"x@local.example", "relay l x@local.example"}});
  expect(house, stranger(),
         {{"x@local.example", "refused: relay denied"}, {"x@old.example", "refused: relay denied"}});
  expect(house, logged_in("anna"), {{"x@local.example", "relay a x@local.example"}});
  expect(house, logged_in("bob"),
         {{"x@local.example", "refused: relay denied"},
          {"x@old.example", "relay accept at pillarbox.conf:9:1 x@old.example"}});
}

TEST(Router, CirclesAndCrowdsAreTemporary) {
  std::string chain;
  for (int i = 0; i < 60; ++i) chain += "a" + std::to_string(i) + " = a" + std::to_string(i + 1) + ", ";
  std::string crowd;
  for (int i = 0; i < 70; ++i) crowd += "r" + std::to_string(i) + "@elsewhere.example, ";
  House house(
      "domain example.org\nalias max-depth 50\nalias max-expansion 55\n"
      "table users { x }\n"
      "table aliases { " +
      chain + "crowd = \"" + crowd +
      "\", one = two, two = one, self = self, "
      "twins = \"anna, ANNA, anna+x, b@elsewhere.example, B@Elsewhere.example\", lost = \"nobody, anna\", "
      "nowhere = nobody, final = \"\\final\" }\n"
      "action inbox mailbox userbase <users> alias <aliases>\n"
      "action out relay\n"
      "match from any for local action inbox\n"
      "match from local for any action out\n");
  house.users.logins = {"anna", "a60", "final"};
  expect(house, stranger(),
         {
             {"a30@example.org", "mailbox a60"},
             {"a10@example.org", "mailbox a60"},
             {"a9@example.org", "refused: temporary"},
             {"crowd@example.org", "refused: temporary"},
             {"one@example.org", "refused: temporary"},  // a circle with nobody in it
             {"self@example.org", "refused: temporary"},
             {"final@example.org", "mailbox final"},
             {"twins@example.org", "mailbox anna, relay out b@elsewhere.example"},
             {"lost@example.org", "mailbox anna"},
             {"nowhere@example.org", "refused: unknown user"},
         });
}

// Each alias names the next twice: without a memory of where one has been, 2^40 steps.
TEST(Router, ExpandsEachAliasOnce) {
  std::string table;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "a" + std::to_string(i + 1);
    table += "a" + std::to_string(i) + " = \"" + next + ", " + next + "\"\n";
  }
  House house(
      "domain example.org\ntable users { x }\ntable aliases { " + table +
      "}\naction inbox mailbox userbase <users> alias <aliases>\nmatch from any for local action inbox\n");
  house.users.logins = {"a40"};
  expect(house, stranger(), {{"a0@example.org", "mailbox a40"}});
}

TEST(Router, AliasesLeadThroughTheRulesAgain) {
  House house(R"(
domain example.org
table users { x }
table more { x }
table aliases { far = "x@partner.example", near = "anna@second.example", banned = "x@banned.example",
  back = "back@second.example" }
table second { back = "back@example.org" }
action inbox mailbox userbase <users> alias <aliases>
action other mailbox userbase <more> alias <second>
action special relay host smtp.partner.example
action out relay
match from any for domain second.example action other
match from any for local action inbox
match from any for domain banned.example reject
match from auth for domain partner.example action special
match from local for any action out
)");
  house.users.logins = {"anna"};
  expect(house, stranger(),
         {
             {"far@example.org", "relay special x@partner.example"},
             {"near@example.org", "mailbox anna"},
             {"banned@example.org", "refused: unknown user"},
             {"back@example.org", "refused: temporary"},
         });
}

TEST(Router, WhatCannotBeReadIsTemporary) {
  House house(R"(
domain example.org
table users { x }
table domains file:/nonexistent/domains
table missing file:/nonexistent/aliases
action inbox mailbox userbase <users>
action virtual mailbox userbase <users> virtual <missing>
action out relay
match from local for domain <domains> action out
match from any for domain v.example action virtual
match from any for domain example.org action inbox
match from any for domain <domains> action inbox
)");
  house.users.logins = {"anna"};
  expect(house, stranger(),
         {
             // Another condition fails anyway, so the missing table doesn't matter.
             {"anna@example.org", "mailbox anna"},
             {"anna@v.example", "refused: temporary"},
             {"anna@elsewhere.example", "refused: temporary"},
         });
  expect(house, local(), {{"anna@example.org", "refused: temporary"}});
  house.users.is_available = false;
  expect(house, stranger(), {{"anna@example.org", "refused: temporary"}});
}

// A list that was fine when the configuration was checked, and grew too broad since.
TEST(Router, RefusesStrangersWhereAListHasBecomeTooBroad) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-route-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "domains") << "backup.example\n";
  std::ofstream(folder / "nets") << "198.51.100.0/24\n";
  House house("listen on all\naction out relay\ntable domains file:" + (folder / "domains").string() +
              "\ntable nets file:" + (folder / "nets").string() +
              "\nmatch from any for domain <domains> action out\nmatch from src <nets> for any action out\n");
  EnvelopeContext partner = stranger();
  partner.peer = parse_ip("198.51.100.1");
  expect(house, stranger(),
         {{"x@backup.example", "relay out x@backup.example"}, {"x@any.example", "refused: relay denied"}});
  expect(house, partner, {{"x@any.example", "relay out x@any.example"}});

  std::ofstream(folder / "domains") << "backup.example\n*\n";
  std::ofstream(folder / "nets") << "0.0.0.0/0\n";
  house.clock.advance(std::chrono::milliseconds(1'000));
  expect(house, stranger(),
         {{"x@backup.example", "relay out x@backup.example"}, {"x@any.example", "refused: relay denied"}});
  expect(house, partner, {{"x@any.example", "refused: relay denied"}});
  expect(house, logged_in("anna"), {{"x@any.example", "relay out x@any.example"}});
  std::filesystem::remove_all(folder);
}

TEST(Router, SeesAChangeBeforeItSaysNo) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-route-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "aliases") << "info: anna\n";
  House house(
      "domain example.org\ntable users { x }\ntable aliases file:" + (folder / "aliases").string() +
      "\naction inbox mailbox userbase <users> alias <aliases>\nmatch from any for local action inbox\n");
  house.users.logins = {"anna"};
  expect(house, stranger(),
         {{"info@example.org", "mailbox anna"}, {"new@example.org", "refused: unknown user"}});
  std::ofstream(folder / "aliases") << "info: anna\nnew: anna\n";
  expect(house, stranger(), {{"new@example.org", "mailbox anna"}});
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pillarbox::route
