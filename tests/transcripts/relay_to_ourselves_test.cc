// A relay's client sends to our own smtpd, both in memory, byte streams carried between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "transcripts/relay_world.h"
#include "transcripts/smtp_world.h"

namespace pillarbox::transcript {
namespace {

using testing::StartsWith;
using Kind = queue::Outcome::Kind;

struct Both {
  explicit Both(const std::string& config) {
    log::set_level(log::Level::none);
    EXPECT_EQ(server.command({.word = "config", .text = config}), std::nullopt);
    relay.connector().plan.emplace_back();
  }
  ~Both() { server.stop(); }

  void say(const std::string& word, const std::string& text) {
    EXPECT_EQ(relay.configure({.word = word, .text = text}), std::nullopt);
  }

  // Until nothing moves any more, in pieces of at most `piece`.
  std::vector<queue::Outcome> deliver(std::size_t piece) {
    relay.deliver();
    relay.server().run_until_quiet();
    if (!peer) peer.emplace(server.server().connect(server.session()));
    net::MemoryClient& client = relay.connector().made.back()->end;
    for (;;) {
      server.server().run_until_quiet();
      const std::string said = peer->take_output();
      for (std::size_t at = 0; at < said.size(); at += piece) client.send(said.substr(at, piece));
      relay.server().run_until_quiet();
      const std::string asked = client.take_output();
      heard += asked;
      for (std::size_t at = 0; at < asked.size(); at += piece) peer->send(asked.substr(at, piece));
      if (said.empty() && asked.empty()) break;
    }
    EXPECT_TRUE(relay.attempts.back()->outcomes);
    return relay.attempts.back()->outcomes.value_or(std::vector<queue::Outcome>());
  }

  RelayWorld relay;
  SmtpWorld server;
  std::optional<net::MemoryClient> peer;
  std::string heard;  // all that our client said
};

std::string text(std::size_t size) {
  std::string body =
      "Subject: test\r\nDate: Fri, 20 Nov 2026 08:53:11 +0000\r\nMessage-ID: <1@x.example>\r\n\r\n";
  for (std::size_t i = 0; body.size() < size; ++i) {
    body += std::string(i % 7, '.') + "line " + std::to_string(i) + "\r\n";
  }
  return body;
}

TEST(RelayToOurselves, KeepsEveryByte) {
  for (const std::size_t size : {100, 5'000, 70'000, 3'000'000}) {
    for (const std::string config : {"one-domain", "without-tls"}) {
      Both both(config);
      both.say("to", "carol@house.example");
      both.say("to", "nobody@house.example");
      both.say("to", "anna@house.example");
      both.say("body", text(size));
      const auto outcomes = both.deliver(1'000'000);
      ASSERT_EQ(outcomes.size(), 3);
      EXPECT_THAT(outcomes[0].diagnostic, StartsWith("250 2.0.0 Accepted as "));
      EXPECT_EQ(outcomes[1].kind, Kind::failed);
      EXPECT_EQ(outcomes[1].status, "5.1.1");
      EXPECT_TRUE(outcomes[2].kind == Kind::relayed || outcomes[2].kind == Kind::delivered);
      for (const std::string user : {"carol", "anna"}) {
        const auto kept = both.server.messages(user, "INBOX");
        ASSERT_TRUE(kept && kept->size() == 1) << size;
        EXPECT_TRUE(kept->front().ends_with(text(size))) << size;
      }
      EXPECT_EQ(both.heard.contains("STARTTLS"), config == "one-domain");
      EXPECT_EQ(both.heard.contains("BDAT"), size <= 64 << 10);
    }
  }
}

TEST(RelayToOurselves, SendsManyOverOneConnection) {
  Both both("one-domain");
  for (int i = 0; i < 20; ++i) {
    both.say("to", "carol@house.example");
    const auto outcomes = both.deliver(7);
    ASSERT_EQ(outcomes.size(), 1);
    EXPECT_THAT(outcomes[0].diagnostic, StartsWith("250 2.0.0 Accepted as ")) << i;
  }
  EXPECT_EQ(both.relay.connector().made.size(), 1);
  EXPECT_EQ(both.server.messages("carol", "INBOX")->size(), 20);
}

TEST(RelayToOurselves, LogsInToSubmit) {
  Both both("submission");
  both.say("set", "smarthost smtp login");
  both.say("to", "stranger@elsewhere.example");
  const auto outcomes = both.deliver(1'000);
  ASSERT_EQ(outcomes.size(), 1);
  EXPECT_EQ(outcomes[0].kind, Kind::deferred);  // nobody there is called tim
  EXPECT_EQ(outcomes[0].status, "4.7.8");
  EXPECT_TRUE(both.heard.contains("STARTTLS\r\nEHLO mail.house.example\r\nAUTH PLAIN "));
}

}  // namespace
}  // namespace pillarbox::transcript
