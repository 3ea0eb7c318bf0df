// Actions that end on this machine: virtual domains, system users, .forward, commands, lists, SRS.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "route/expect_test.h"

namespace pillarbox::route {
namespace {

using testing::address;
using testing::Case;
using testing::expect;
using testing::House;
using testing::local;
using testing::stranger;
using testing::text_of;

constexpr const char* system_users = R"(
domain example.org
table aliases { root = anna, team = "anna, bob, root", pipe = "\"|/usr/bin/filter a, b\", anna",
  file = "/var/mail/shared", left = "error:550 5.1.6 She has left", busy = "anna, error:450 later",
  final = "\carol", dora = "\dora, bob@elsewhere.example", outside = "bob@elsewhere.example",
  broken = "|", partly = "|, anna", one = two, two = one, both = "one, anna", upper = "ANNA",
  domain = "@elsewhere.example", "bü" = anna, "joe smith" = bob }
action local mbox alias <aliases>
action out relay
match from any for local action local
match from local for any action out
)";

// On a machine with some users.
struct Machine : House {
  explicit Machine(std::string text) : House(std::move(text)) {
    for (const char* login : {"anna", "bob", "carol", "dora", "eve", "fred", "gina"}) machine.add(login);
  }
};

TEST(Forwarding, DeliversToTheSystemsUsers) {
  const Machine house(system_users);
  expect(house, stranger(),
         {
             {"anna@example.org", "deliver local anna"},
             {"ANNA@Example.Org", "deliver local anna"},
             {"anna+lists@localhost", "deliver local anna+lists"},
             {"root@example.org", "deliver local anna"},
             {"root+x@example.org", "deliver local anna"},
             {"team@example.org", "deliver local anna, deliver local bob"},
             {"upper@example.org", "deliver local anna"},
             {"b\xc3\xbc@example.org", "deliver local anna"},
             {"B\xc3\x9c@example.org", "deliver local anna"},
             {"\"Joe Smith\"@example.org", "deliver local bob"},
             {"nobody@example.org", "refused: unknown user"},
             {"\"a:b\"@example.org", "refused: unknown user"},
             {"\"../etc\"@example.org", "refused: unknown user"},
             {"anna@elsewhere.example", "refused: relay denied"},
         });
}

TEST(Forwarding, FollowsEveryKindOfTarget) {
  const Machine house(system_users);
  expect(house, stranger(),
         {
             {"pipe@example.org", "command local /usr/bin/filter a, b, deliver local anna"},
             {"file@example.org", "file local /var/mail/shared"},
             {"left@example.org", "refused: 550 5.1.6 She has left"},
             {"left+x@example.org", "refused: 550 5.1.6 She has left"},
             {"busy@example.org", "refused: 450 4.2.1 later"},
             {"final@example.org", "deliver local carol"},
             {"dora@example.org", "deliver local dora, relay out bob@elsewhere.example"},
             {"outside@example.org", "relay out bob@elsewhere.example"},
             {"domain@example.org", "relay out domain@elsewhere.example"},
             {"domain+x@example.org", "relay out domain+x@elsewhere.example"},
             // Somebody must mend them.
             {"broken@example.org", "refused: temporary"},
             {"partly@example.org", "deliver local anna"},
             {"one@example.org", "refused: temporary"},
             {"both@example.org", "deliver local anna"},
         });
  const Decision decision = house.router->decide(stranger(), address("one@example.org"));
  EXPECT_EQ(decision.reason, "pillarbox.conf:10:1: (alias loop: alias one → alias two → one)");
}

TEST(Forwarding, SaysHowItGotThere) {
  const Machine house(system_users);
  Decision decision = house.router->decide(stranger(), address("pipe@example.org"));
  ASSERT_EQ(decision.destinations.size(), 2u);
  EXPECT_EQ(decision.destinations[0].trail, "alias pipe → |/usr/bin/filter a, b");
  EXPECT_EQ(decision.destinations[1].trail, "alias pipe → user anna");
  EXPECT_EQ(decision.destinations[1].address, address("pipe@example.org"));
  EXPECT_EQ(decision.reason, "pillarbox.conf:10:1: alias pipe → |/usr/bin/filter a, b and 1 more");
  const auto& delivery = std::get<DeliveryDestination>(decision.destinations[1].way);
  EXPECT_EQ(delivery.user, (LocalUser{"anna", 1'000, 1'000, "/home/anna", ""}));
  EXPECT_FALSE(std::get<DeliveryDestination>(decision.destinations[0].way).user);
}

TEST(Forwarding, FollowsForwardFiles) {
  Machine house(system_users);
  house.machine.forwards = {
      {"anna", "# away\n\nanna@elsewhere.example # for a while\n"},
      {"bob", "\\bob, \"|/usr/bin/vacation bob\"\n/home/bob/archive\n"},
      {"carol", "carol@example.org\nbob\n"},
      {"fred", "gina"},
      {"gina", "fred"},
  };
  expect(house, stranger(),
         {
             {"anna@example.org", "relay out anna@elsewhere.example"},
             {"bob@example.org",
              "deliver local bob, command local /usr/bin/vacation bob of bob, "
              "file local /home/bob/archive of bob"},
             // Himself in it: kept, and sent on.
             {"carol@example.org",
              "deliver local carol, deliver local bob, command local /usr/bin/vacation bob of bob, "
              "file local /home/bob/archive of bob"},
             // "\carol" in an alias means her own mailbox, and nothing else.
             {"final@example.org", "deliver local carol"},
             // In a circle each is himself.
             {"fred@example.org", "deliver local fred"},
             // The admin's commands aren't the user's.
             {"pipe@example.org", "command local /usr/bin/filter a, b, relay out anna@elsewhere.example"},
         });
  house.clock.advance(std::chrono::seconds(1));
  house.machine.forwards = {{"anna", ""},
                            {"bob", "| \n:include:/etc/passwd\n"},
                            {"carol", ":include:/etc/passwd\ngina\n"},
                            {"eve", "error:550 no more mail for me"}};
  house.machine.unreadable = {"gina"};
  expect(house, stranger(),
         {
             {"anna@example.org", "deliver local anna"},
             {"bob@example.org", "deliver local bob"},
             {"gina@example.org", "refused: temporary"},
             {"carol@example.org", "refused: temporary"},
             {"eve@example.org", "refused: 550 5.2.1 no more mail for me"},
         });
}

TEST(Forwarding, TakesOnlyWhatForwardOnlyAndExpandOnlyTake) {
  Machine house(R"(
domain example.org
table aliases { out = "bob@elsewhere.example", pipe = "|/bin/x", mixed = "anna, bob@elsewhere.example",
  name = anna }
action f forward-only alias <aliases>
action e expand-only alias <aliases>
action out relay
match from any for domain f.example action f
match from any for domain e.example action e
match from local for any action out
)");
  house.machine.forwards = {{"eve", "eve@elsewhere.example\n"}, {"dora", "|/bin/dora\n"}, {"bob", "\\bob"}};
  expect(house, stranger(),
         {
             {"out@f.example", "relay out bob@elsewhere.example"},
             {"eve@f.example", "relay out eve@elsewhere.example"},
             {"anna@f.example", "refused: unknown user"},
             {"bob@f.example", "refused: unknown user"},
             {"dora@f.example", "refused: unknown user"},
             {"pipe@f.example", "refused: unknown user"},
             {"mixed@f.example", "relay out bob@elsewhere.example"},
             {"out@e.example", "relay out bob@elsewhere.example"},
             {"pipe@e.example", "command e /bin/x"},
             {"dora@e.example", "command e /bin/dora of dora"},
             {"anna@e.example", "refused: unknown user"},
             {"name@e.example", "refused: unknown user"},
         });
}

TEST(Forwarding, VirtualSaysWhoThereIs) {
  Machine house(R"(
table users { m = "5000:5000:/var/vmail/m", "x@v.example" = "5000:5000:/var/vmail/x" }
table virtual { "m@v.example" = m, "info@v.example" = "m, bob@elsewhere.example", "@rest.example" = m,
  "x@v.example" = "x@v.example", "loop@v.example" = "loop@v.example",
  sales = m, "moved@v.example" = "m+moved@v.example", "@to.example" = "@v.example", "tag+a@v.example" = bob }
table mine { "@mine.example" = "vmail", "kim@mine.example" = "kim@mine.example" }
action "v" maildir "~/" userbase <users> virtual <virtual>
action "d" lmtp "/run/lmtp" rcpt-to virtual <mine>
action "n" lmtp "127.0.0.1:24" virtual <mine>
action out relay
match from any for domain { v.example, rest.example, to.example } action "v"
match from any for domain mine.example action "d"
match from any for domain names.example action "n"
match from local for any action out
)");
  house.users.logins = {"m", "x@v.example"};
  house.machine.add("vmail");
  expect(house, stranger(),
         {
             {"m@v.example", "deliver v m"},
             {"M+tag@v.example", "deliver v m"},
             {"info@v.example", "deliver v m, relay out bob@elsewhere.example"},
             {"sales@v.example", "deliver v m"},
             {"sales@rest.example", "deliver v m"},
             {"whoever@rest.example", "deliver v m"},
             {"moved@v.example", "deliver v m"},
             {"m@to.example", "deliver v m"},
             {"nobody@to.example", "refused: unknown user"},
             {"nobody@v.example", "refused: unknown user"},
             // Postfix's way to say "as it is".
             {"x@v.example", "deliver v x@v.example"},
             {"loop@v.example", "refused: temporary"},
             {"kim@mine.example", "deliver d nobody"},
             {"whoever@mine.example", "deliver d vmail"},
             {"whoever@names.example", "refused: unknown user"},
         });
  const Decision decision = house.router->decide(stranger(), address("whoever@mine.example"));
  EXPECT_EQ(decision.destinations.front().address, address("whoever@mine.example"));
}

TEST(Forwarding, DeliversAsTheUserThatTheActionNames) {
  Machine house(R"(
domain example.org
table aliases { two = "one@example.org, other@example.org", one = vmail, other = vmail }
action a maildir "/var/vmail/%{dest.user}" user vmail alias <aliases> ttl 3h
action b maildir "/var/vmail/x" user nobody-there
match from any for local action a
match from any for domain b.example action b
)");
  house.machine.add("vmail");
  expect(house, stranger(),
         {
             {"anna@example.org", "deliver a anna as vmail"},
             // One user, but two folders.
             {"two@example.org", "deliver a vmail as vmail, deliver a vmail as vmail"},
             {"anna@b.example", "refused: temporary"},
         });
  const Decision decision = house.router->decide(stranger(), address("anna@example.org"));
  EXPECT_EQ(decision.destinations.front().ttl, std::chrono::hours(3));
}

// Guide "Getting your e-mails out of the cloud": its tables, with its two ways of writing rules.
TEST(Forwarding, TheCloudExitGuidesTablesLeadWhereItSays) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-route-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "aliases") << "# Aliases\n"
                                       "mailer-daemon:   postmaster\n"
                                       "postmaster:      m+postmaster@example.org\n"
                                       "nobody:          root\n"
                                       "usenet:          root\n"
                                       "webmaster:       www\n"
                                       "www:             m+www@example.org\n"
                                       "root:            m+root@example.org\n"
                                       "pi:              m+pi@example.org\n"
                                       "\n"
                                       "# My virtual addresses\n"
                                       "example.org:        true\n"
                                       "m@example.org       m\n"
                                       "second@example.org  m\n";
  std::ofstream(folder / "vusers") << "# The virtual user\nm     5000:5000:/var/vmail/m\n";
  const std::string tables = "table aliases file:" + (folder / "aliases").string() +
                             "\ntable vusers file:" + (folder / "vusers").string() + "\n";
  for (const std::string rules :
       {"accept from any for domain example.org virtual aliases userbase vusers deliver to maildir \"~/\"\n"
        "accept for local virtual aliases deliver to mbox\n"
        "accept for any relay\n",
        "action v maildir \"~/\" userbase <vusers> virtual <aliases>\n"
        "action l mbox virtual <aliases>\n"
        "action r relay\n"
        "match from any for domain example.org action v\n"
        "match for local action l\n"
        "match for any action r\n"}) {
    House house(tables + rules);
    ASSERT_TRUE(house.parsed.ok()) << house.parsed.text();
    house.users.logins = {"m"};
    house.machine.add("pi");
    const auto user_of = [&](const EnvelopeContext& envelope, const char* recipient) -> std::string {
      const Decision decision = house.router->decide(envelope, address(recipient));
      if (decision.refusal) return text_of(decision);
      const auto* delivery = std::get_if<DeliveryDestination>(&decision.destinations.at(0).way);
      return delivery == nullptr ? "relayed" : delivery->user->login + "+" + delivery->detail;
    };
    EXPECT_EQ(user_of(stranger(), "m@example.org"), "m+");
    EXPECT_EQ(user_of(stranger(), "second+shop@example.org"), "m+");
    EXPECT_EQ(user_of(stranger(), "root@example.org"), "m+");
    EXPECT_EQ(user_of(stranger(), "pi@example.org"), "m+");
    EXPECT_EQ(user_of(stranger(), "unknown@example.org"), "refused: unknown user");
    EXPECT_EQ(user_of(stranger(), "root@localhost"), "refused: relay denied");
    EXPECT_EQ(user_of(local(), "root@localhost"), "m+");
    EXPECT_EQ(user_of(local(), "mailer-daemon@localhost"), "m+");
    EXPECT_EQ(user_of(local(), "webmaster@localhost"), "m+");
    EXPECT_EQ(user_of(local(), "x@elsewhere.example"), "relayed");
  }
  std::filesystem::remove_all(folder);
}

TEST(Forwarding, ReadsIncludedLists) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-route-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const std::string list = (folder / "list").string();
  std::ofstream(list) << "# members\nanna, bob\nfar@elsewhere.example # abroad\n:include:" << list << "\n";
  Machine house("domain example.org\ntable aliases { list = \":include:" + list +
                "\", gone = \":include:" + list +
                ".gone, anna\" }\naction local mbox alias <aliases>\naction out relay\n"
                "match from any for local action local\nmatch from local for any action out\n");
  expect(house, stranger(),
         {
             {"list@example.org", "deliver local anna, deliver local bob, relay out far@elsewhere.example"},
             {"gone@example.org", "refused: temporary"},
         });
  std::ofstream(list) << "carol\n";
  house.clock.advance(std::chrono::seconds(1));
  expect(house, stranger(), {{"list@example.org", "deliver local carol"}});
  std::filesystem::remove_all(folder);
}

constexpr const char* forwarding = R"(
domain example.org
srs key "secret"
srs key backup "before"
table aliases { far = "far@elsewhere.example", plain = "plain@partner.example" }
action local mbox alias <aliases>
action partner relay
action out relay srs
match from any for local action local
match from local for domain partner.example action partner
match from auth for any action out
)";

TEST(Forwarding, RewritesTheSenderOfWhatIsSentOn) {
  const Machine house(forwarding);
  const auto forwarded = [&](const char* recipient, std::optional<mail::Address> sender) {
    EnvelopeContext envelope = stranger();
    envelope.sender = std::move(sender);
    return house.router->decide(envelope, address(recipient));
  };
  const Decision sent = forwarded("far@example.org", address("bob@sender.example"));
  ASSERT_EQ(sent.destinations.size(), 1u) << sent.reason;
  const auto sender = sent.destinations.front().sender;
  ASSERT_TRUE(sender.has_value());
  EXPECT_EQ(sender->domain, "example.org");
  EXPECT_TRUE(sender->local_part.starts_with("SRS0="));
  EXPECT_TRUE(sender->local_part.ends_with("=sender.example=bob"));
  EXPECT_FALSE(forwarded("far@example.org", std::nullopt).destinations.front().sender);
  EXPECT_FALSE(forwarded("far@example.org", address("anna@example.org")).destinations.front().sender);
  EXPECT_FALSE(forwarded("plain@example.org", address("bob@sender.example")).destinations.front().sender);
  // What a user sends himself isn't sent on for others.
  EnvelopeContext own = testing::logged_in("anna");
  const Decision direct = house.router->decide(own, address("x@elsewhere.example"));
  EXPECT_EQ(text_of(direct), "relay out x@elsewhere.example");

  // And the bounce finds its way back, from whoever sends it, but not by a hash that is made up.
  const Decision back = forwarded(sender->to_string().c_str(), std::nullopt);
  EXPECT_EQ(text_of(back), "relay out bob@sender.example") << back.reason;
  EXPECT_EQ(back.destinations.front().trail, "SRS → relay out to bob@sender.example");
  mail::Address forged = *sender;
  forged.local_part.replace(forged.local_part.size() - 3, 3, "eve");
  const Decision refused = forwarded(forged.to_string().c_str(), std::nullopt);
  EXPECT_EQ(text_of(refused), "refused: unknown user");
  EXPECT_TRUE(refused.reason.contains("its hash isn't ours")) << refused.reason;
  mail::Address foreign = *sender;
  foreign.domain = "other.example";
  EXPECT_EQ(text_of(forwarded(foreign.to_string().c_str(), std::nullopt)), "refused: relay denied");
}

// What must be looked up outside is, on another thread, round by round, and the answer is the same.
TEST(Forwarding, NeverBlocksTheSession) {
  class Queue final : public Background {
   public:
    std::vector<std::function<void()>> waiting;
    bool is_full = false;
    bool run(std::function<void()> work) override {
      if (!is_full) waiting.push_back(std::move(work));
      return !is_full;
    }
  };
  Queue queue;
  Machine house(system_users);
  house.background = &queue;
  house.build();
  house.machine.forwards = {{"anna", "bob, carol\n"}, {"bob", "eve"}, {"carol", "carol@elsewhere.example"}};
  boost::asio::io_context loop;
  const auto resolve = [&](const char* recipient) {
    Decision decision;
    boost::asio::co_spawn(
        loop,
        [](const Router& router, mail::Address to, Decision& result) -> Task<void> {
          result = co_await router.resolve(stranger(), std::move(to));
        }(*house.router, address(recipient), decision),
        boost::asio::detached);
    // On the session's thread nothing is asked.
    const auto poll = [&] {
      const std::size_t asked = house.machine.questions;
      loop.restart();
      loop.poll();
      EXPECT_EQ(house.machine.questions, asked);
    };
    std::size_t rounds = 0;
    for (poll(); !queue.waiting.empty(); poll()) {
      for (const auto& work : std::exchange(queue.waiting, {})) work();
      ++rounds;
    }
    return std::pair(text_of(decision), rounds);
  };
  // root → anna → .forward → bob and carol → their .forward → eve → hers.
  EXPECT_EQ(resolve("root@example.org"),
            (std::pair(std::string("deliver local eve, relay out carol@elsewhere.example"), std::size_t{6})));
  EXPECT_EQ(resolve("root@example.org").second, 0u);  // remembered
  house.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(resolve("root@example.org").second, 6u);
  EXPECT_EQ(resolve("nobody@example.org").first, "refused: unknown user");
  queue.is_full = true;
  EXPECT_EQ(resolve("dora@example.org").first, "refused: temporary");
}

}  // namespace
}  // namespace pillarbox::route
