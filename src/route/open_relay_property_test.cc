// Random configurations: whenever the parser takes one, no random stranger's recipient leaves by relay unless
// the rule that decided lists the recipient or the stranger's network.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "config/open_relay.h"
#include "route/srs.h"
#include "route/testing.h"

namespace pillarbox::route {
namespace {

using testing::address;
using testing::House;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <std::size_t N>
  std::string of(const char* const (&choices)[N]) {
    return choices[below(N)];
  }

 private:
  std::mt19937 engine_;
};

constexpr const char* domains[] = {
    "ours.example", "backup.example", "\"*.sub.example\"", "{ ours.example, a.example }", "<listed>",
    "\"*.com\"",    "\"*\"",          "\"*ackup.example\""};
constexpr const char* recipients[] = {"x@ours.example", "@backup.example", "postmaster",
                                      "\"x@*.sub.example\"", "<addresses>"};
constexpr const char* senders[] = {"\"@ours.example\"", "boss@partner.example", "<addresses>"};
constexpr const char* networks[] = {"198.51.100.0/24", "10.0.0.0/8", "0.0.0.0/1", "<nets>",
                                    "{ 2001:db8::/32, 203.0.113.9 }"};
constexpr const char* domain_expressions[] = {
    "\"^ours\\.example$\"", "\"\\.sub\\.example$\"",      "\"ours\\.example\"",
    "\"example$\"",         "\"^(a|b)ackup\\.example$\"", "\".\"",
    "<expressions>",        "\"^ours.example$\""};
constexpr const char* address_expressions[] = {"\"@ours\\.example$\"", "\"^x@\"",
                                               "\"@(.*)\\.sub\\.example$\"", "\"example$\""};
constexpr const char* host_names[] = {"mx.partner.example", "\"*.partner.example\"", "regex \"partner\"", ""};
constexpr const char* helos[] = {"mx.partner.example", "\"*.partner.example\""};
constexpr const char* tags[] = {"MX", "SUB", "OTHER"};

std::string random_from(Dice& dice) {
  const std::string sign = dice.one_in(4) ? "!" : "";
  switch (dice.below(12)) {
    case 7: return sign + "from rdns " + dice.of(host_names);
    case 8: return sign + "from src regex \"^203\\.\"";
    case 9: return sign + "from mail-from regex " + dice.of(address_expressions);
    case 0: return "";
    case 1: return sign + "from local";
    case 2: return sign + "from auth";
    case 3: return sign + "from src " + dice.of(networks);
    case 4: return sign + "from mail-from " + dice.of(senders);
    case 5: return sign + "from socket";
    case 6: return "from auth anna";
    default: return "from any";
  }
}

std::string random_for(Dice& dice) {
  const std::string sign = dice.one_in(4) ? "!" : "";
  switch (dice.below(8)) {
    case 4: return sign + "for domain regex " + dice.of(domain_expressions);
    case 5: return sign + "for rcpt-to regex " + dice.of(address_expressions);
    case 0: return "";
    case 1: return sign + "for local";
    case 2: return sign + "for domain " + dice.of(domains);
    case 3: return sign + "for rcpt-to " + dice.of(recipients);
    default: return "for any";
  }
}

std::string random_conditions(Dice& dice) {
  std::string text;
  while (dice.one_in(2)) {
    text += dice.one_in(3) ? " !" : " ";
    switch (dice.below(9)) {
      case 5: text += "helo regex \"partner\""; break;
      case 6: text += "tag regex \"^" + dice.of(tags) + "\""; break;
      case 7: text += "rcpt-to regex " + dice.of(address_expressions); break;
      case 0: text += "tls"; break;
      case 1: text += "auth"; break;
      case 2: text += "tag " + dice.of(tags); break;
      case 3: text += "helo " + dice.of(helos); break;
      case 4: text += "mail-from " + dice.of(senders); break;
      default: text += "rcpt-to " + dice.of(recipients); break;
    }
  }
  return text;
}

// A rule of OpenSMTPD 5.
std::string random_five(Dice& dice) {
  const std::string verdict = dice.one_in(4) ? "reject" : "accept";
  std::string text = verdict;
  if (dice.one_in(4)) text += " tagged " + std::string(dice.one_in(3) ? "! " : "") + dice.of(tags);
  if (dice.one_in(5)) text += " authenticated";
  const std::string sign = dice.one_in(4) ? "! " : "";
  switch (dice.below(5)) {
    case 0: text += " from " + sign + "local"; break;
    case 1: text += " from " + sign + "source " + dice.of(networks); break;
    case 2: break;
    default: text += " from any"; break;
  }
  if (dice.one_in(4)) text += " sender " + sign + dice.of(senders);
  switch (dice.below(4)) {
    case 0: text += " for " + sign + "local"; break;
    case 1: text += " for " + sign + "domain " + dice.of(domains); break;
    default: text += " for any"; break;
  }
  if (dice.one_in(5)) text += " recipient " + sign + dice.of(recipients);
  if (verdict == "reject") return text;
  constexpr const char* ways[] = {" relay", " relay backup", " relay via smtp://192.0.2.200",
                                  " virtual <aliases> userbase <users> deliver to maildir"};
  return text + dice.of(ways);
}

std::string random_configuration(Dice& dice) {
  std::string text =
      "domain ours.example\n"
      "pki p cert /c key /k\n"
      "table users { anna = x }\n"
      "table listed { listed.example, \"*.listed.example\" }\n"
      "table addresses { \"@partner.example\", \"boss@ours.example\" }\n"
      "table expressions { \"^listed\\.example$\", \"\\.listed\\.example$\" }\n"
      "table nets { 192.0.2.0/24, 203.0.113.0/25 }\n"
      "table aliases { info = \"far@elsewhere.example\", \"@ours.example\" = anna, away = eve,\n"
      "  \"all@ours.example\" = \"@backup.example\", pipe = \"|/bin/x\" }\n"
      "srs key \"secret\"\n"
      "listen on eth0 tls tag MX\n"
      "listen on eth0 port 587 tls auth-optional <users> tag SUB\n"
      "listen on lo tag OTHER\n"
      "action inbox mailbox userbase <users> virtual <aliases>\n"
      "action local mbox alias <aliases>\n"
      "action hosted maildir \"~/\" userbase <users> virtual <aliases>\n"
      "action onward forward-only alias <aliases>\n"
      "action out relay\n"
      "action rewritten relay srs\n";
  const std::size_t rules = 1 + dice.below(6);
  for (std::size_t i = 0; i < rules; ++i) {
    if (dice.one_in(5)) {
      text += random_five(dice) + "\n";
      continue;
    }
    text += "match " + random_from(dice) + " " + random_for(dice) + random_conditions(dice);
    constexpr const char* actions[] = {"inbox", "local", "hosted", "onward"};
    constexpr const char* relays[] = {"out", "rewritten"};
    const auto verdict = dice.below(5);
    text += verdict == 0  ? " action " + dice.of(actions) + "\n"
            : verdict < 3 ? " reject\n"
                          : " action " + dice.of(relays) + "\n";
  }
  return text;
}

EnvelopeContext random_stranger(Dice& dice) {
  constexpr const char* peers[] = {"203.0.113.9", "203.0.113.200", "198.51.100.7",
                                   "8.8.8.8",     "192.0.2.77",    "2001:db8::9"};
  constexpr const char* names[] = {"mx.partner.example", "a.partner.example", "evil.example"};
  constexpr const char* from[] = {"anna@ours.example", "boss@partner.example", "spam@evil.example"};
  // Over the listeners that strangers reach: a tag that only loopback has is not theirs.
  EnvelopeContext envelope{.peer = parse_ip(dice.of(peers)),
                           .tag = dice.one_in(2) ? "MX" : "SUB",
                           .helo = dice.of(names),
                           .is_tls = dice.one_in(2)};
  if (dice.one_in(2)) envelope.host_name = dice.of(names);
  if (!dice.one_in(4)) envelope.sender = address(dice.of(from));
  return envelope;
}

// Whether the rule names this recipient or this peer, by means of its own: not those that the router uses.
bool is_listed(const config::Rule& rule, const EnvelopeContext& envelope, const mail::Address& recipient) {
  if (!config::lists_its_strangers(rule)) return false;
  const std::string& domain = recipient.domain;
  const bool is_narrow_domain = domain == "ours.example" || domain == "backup.example" ||
                                domain == "a.example" || domain.ends_with(".sub.example") ||
                                domain.ends_with("listed.example") || domain == "partner.example" ||
                                domain == "mail.house.example" || domain == "localhost";
  constexpr const char* known[] = {"198.51.100.7", "192.0.2.77", "2001:db8::9", "203.0.113.9"};
  const bool is_known_peer =
      rule.from.kind == config::From::Kind::src && !rule.from.negated &&
      std::ranges::any_of(known, [&](const char* ip) { return envelope.peer == parse_ip(ip); });
  return is_narrow_domain || is_known_peer;
}

constexpr const char* recipients_tried[] = {"x@ours.example", "x@backup.example", "x@elsewhere.example",
                                            "postmaster@gmail.example", "y@a.sub.example", "x@listed.example",
                                            "boss@evil.com", "info@ours.example", "x@xbackup.example",
                                            "x@partner.example", "anna@localhost", "away@ours.example",
                                            "all@ours.example", "eve@localhost", "pipe@ours.example",
                                            // Made up, and nobody's: ours are made with the key.
                                            "SRS0=AAAAAAAA=AA=evil.example=victim@ours.example",
                                            "SRS1=AAAAAAAA=evil.example==x=AA=evil.example=victim@localhost",
                                            "SRS0=AAAAAAAA=AA=evil.example=victim@elsewhere.example"};

// Where the admin's aliases and a user's .forward lead.
constexpr const char* written[] = {"far@elsewhere.example", "eve@away.example", "all@backup.example"};

// Tries recipients from strangers; counts those relayed on. None may be that the deciding rule doesn't list.
std::size_t relayed_for_strangers(const House& house, Dice& dice, const std::string& text, bool& guard_spoke,
                                  std::size_t& sent_on) {
  std::size_t relayed = 0;
  for (int i = 0; i < 30; ++i) {
    const EnvelopeContext envelope = random_stranger(dice);
    // Now and then, a bounce to an address that we made.
    const mail::Address author = address("author@sender.example");
    const auto ours =
        Srs("secret", "", std::chrono::hours(96)).forward(author, "ours.example", house.clock.now());
    const bool is_bounce = dice.one_in(10);
    const mail::Address recipient = is_bounce ? *ours : address(dice.of(recipients_tried));
    const Decision decision = house.router->decide(envelope, recipient);
    guard_spoke |= decision.reason.contains("too broad to relay");
    for (const Destination& destination : decision.destinations) {
      if (!std::holds_alternative<RelayDestination>(destination.way)) continue;
      EXPECT_TRUE(!destination.sender || destination.action() == "rewritten");
      const bool is_written =
          std::ranges::any_of(written, [&](const char* to) { return address(to) == destination.address; });
      const bool is_returned = is_bounce && destination.address == author;
      if (is_written || is_returned) {
        ++sent_on;
        continue;
      }
      // Nothing else becomes another address.
      EXPECT_EQ(destination.address, recipient) << text << decision.reason;
      ++relayed;
      const auto& rules = house.parsed.configuration.rules;
      const auto rule = std::ranges::find(rules, decision.rule, &config::Rule::position);
      EXPECT_TRUE(rule != rules.end() && is_listed(*rule, envelope, recipient))
          << text << envelope.peer->text() << " → " << recipient.to_string() << " by line "
          << decision.rule.line;
    }
  }
  return relayed;
}

TEST(OpenRelayProperty, NoStrangerRelays) {
  Dice dice(20'240'601);
  std::size_t taken = 0;
  std::size_t refused = 0;
  std::size_t relayed = 0;
  std::size_t guarded = 0;
  std::size_t sent_on = 0;
  while (taken < 700) {
    const std::string text = random_configuration(dice);
    House house(text);
    house.machine.add("eve");
    house.machine.forwards = {{"eve", "eve@away.example\n"}};
    for (const config::Diagnostic& diagnostic : house.parsed.diagnostics) {
      ASSERT_EQ(diagnostic.kind, config::Diagnostic::Kind::dangerous) << text << house.parsed.text();
    }
    bool guard_spoke = false;
    if (house.parsed.ok()) {
      // What the proof let through needs no guard: the rules themselves never come to relay for a stranger.
      ++taken;
      relayed += relayed_for_strangers(house, dice, text, guard_spoke, sent_on);
      EXPECT_FALSE(guard_spoke) << text;
    } else if (++refused <= 300) {
      // And the guard holds where there was no proof.
      house.build();
      house.users.logins = {"anna"};
      relayed_for_strangers(house, dice, text, guard_spoke, sent_on);
      guarded += guard_spoke ? 1 : 0;
    }
  }
  // The test would say nothing if all were refused, if nothing was relayed, or if the refused were harmless.
  EXPECT_GT(refused, 100u);
  EXPECT_GT(relayed, 300u);
  EXPECT_GT(guarded, 100u);
  EXPECT_GT(sent_on, 100u);
}

}  // namespace
}  // namespace pillarbox::route
