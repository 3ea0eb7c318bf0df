#include "config/parse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "config/parsed_test.h"

namespace pillarbox::config {
namespace {

using testing::parse_text;
using testing::parsed;

std::vector<std::string> addresses_of(const Listener& listener) {
  std::vector<std::string> texts;
  for (const IpAddress& address : listener.addresses) texts.push_back(address.text());
  return texts;
}

constexpr const char* shortest = R"(domain example.org
pki mail.example.org cert "/etc/ssl/mail.pem" key "/etc/ssl/mail.key"
table users  file:/etc/pillarbox/users
table aliases file:/etc/pillarbox/aliases

listen on all            tls pki mail.example.org
listen on all submissions    pki mail.example.org auth <users>
listen on all imaps          pki mail.example.org auth <users>

action "inbox" mailbox userbase <users> virtual <aliases>
action "relay" relay helo mail.example.org

match from any  for domain example.org action "inbox"
match from auth for any                action "relay"
)";

TEST(Parse, ReadsTheShortestUsefulConfiguration) {
  const Configuration configuration = parsed(shortest);
  ASSERT_EQ(configuration.domains.size(), 1u);
  EXPECT_EQ(configuration.domains[0].name, "example.org");
  EXPECT_EQ(configuration.hostname, "mail.house.example");
  ASSERT_NE(configuration.pki("mail.example.org"), nullptr);
  EXPECT_EQ(configuration.pki("mail.example.org")->key.text, "/etc/ssl/mail.key");
  ASSERT_NE(configuration.table("users"), nullptr);
  EXPECT_EQ(configuration.table("users")->path, "/etc/pillarbox/users");

  ASSERT_EQ(configuration.listeners.size(), 3u);
  const auto& [mx, submissions, imaps] =
      std::tie(configuration.listeners[0], configuration.listeners[1], configuration.listeners[2]);
  EXPECT_EQ(addresses_of(mx), (std::vector<std::string>{"0.0.0.0", "::"}));
  EXPECT_EQ(mx.port, 25);
  EXPECT_EQ(mx.tls, TlsMode::opportunistic);
  EXPECT_EQ(mx.auth, AuthMode::none);
  EXPECT_EQ(submissions.port, 465);
  EXPECT_EQ(submissions.tls, TlsMode::implicit);
  EXPECT_EQ(submissions.auth, AuthMode::required);
  EXPECT_EQ(submissions.users->name, "users");
  EXPECT_EQ(imaps.protocol, Protocol::imaps);
  EXPECT_EQ(imaps.port, 993);
  EXPECT_EQ(imaps.position, (Position{0, 8, 1}));

  ASSERT_EQ(configuration.actions.size(), 2u);
  EXPECT_EQ(std::get<LocalAction>(configuration.actions[0].method).virtual_aliases->name, "aliases");
  EXPECT_EQ(std::get<RelayAction>(configuration.actions[1].method).helo, "mail.example.org");
  ASSERT_EQ(configuration.rules.size(), 2u);
  EXPECT_EQ(configuration.rules[0].from.kind, From::Kind::any);
  EXPECT_EQ(configuration.rules[0].to.operand->values, std::vector<std::string>{"example.org"});
  EXPECT_EQ(configuration.rules[1].from.kind, From::Kind::auth);
  EXPECT_EQ(configuration.rules[1].action, "relay");
}

TEST(Parse, ListenersTakeSafeDefaults) {
  const std::string before = "pki p cert /c key /k\ntable u { a = b }\n";
  struct Case {
    const char* statement;
    std::uint16_t port;
    TlsMode tls;
    AuthMode auth;
  };
  for (const auto& [statement, port, tls, auth] : {
           Case{"listen on all", 25, TlsMode::none, AuthMode::none},
           Case{"listen on all pki p", 25, TlsMode::opportunistic, AuthMode::none},
           Case{"listen on all smtps pki p", 465, TlsMode::implicit, AuthMode::none},
           Case{"listen on all port smtps smtps pki p", 465, TlsMode::implicit, AuthMode::none},
           Case{"listen on all port 587 tls-require auth <u>", 587, TlsMode::required, AuthMode::required},
           Case{"listen on all tls auth-optional <u>", 25, TlsMode::opportunistic, AuthMode::optional},
           Case{"listen on all submission auth <u>", 587, TlsMode::required, AuthMode::required},
           Case{"listen on all submission tls auth u", 587, TlsMode::opportunistic, AuthMode::required},
           Case{"listen on all auth u submissions tag x", 465, TlsMode::implicit, AuthMode::required},
           Case{"listen on all imap auth <u>", 143, TlsMode::required, AuthMode::required},
           Case{"listen on lo imap port 10143 no-tls auth <u>", 10143, TlsMode::none, AuthMode::required},
           Case{"listen on lo port 2525 no-tls auth-optional <u>", 2525, TlsMode::none, AuthMode::optional},
       }) {
    const Configuration configuration = parsed(before + statement);
    ASSERT_EQ(configuration.listeners.size(), 1u) << statement;
    const Listener& listener = configuration.listeners[0];
    EXPECT_EQ(listener.port, port) << statement;
    EXPECT_EQ(listener.tls, tls) << statement;
    EXPECT_EQ(listener.auth, auth) << statement;
    EXPECT_EQ(listener.allows_plaintext_auth, std::string_view(statement).contains("no-tls")) << statement;
  }
}

TEST(Parse, ListenersFindTheirAddresses) {
  struct Case {
    const char* statement;
    std::vector<std::string> addresses;
  };
  for (const auto& [statement, addresses] : {
           Case{"listen on lo", {"127.0.0.1", "::1"}},
           Case{"listen on eth0", {"192.0.2.1", "2001:db8::1"}},  // not its link-local one
           Case{"listen on eth0 inet4", {"192.0.2.1"}},
           Case{"listen on all inet6", {"::"}},
           Case{"listen on 198.51.100.7", {"198.51.100.7"}},
           Case{"listen on ::1", {"::1"}},
           Case{"listen on localhost", {"127.0.0.1", "::1"}},
           Case{"listen on \"/run/lmtp.sock\"", {}},
           Case{"listen on socket mask-src tag LOCAL", {}},
       }) {
    const Configuration configuration = parsed(statement);
    ASSERT_EQ(configuration.listeners.size(), 1u) << statement;
    EXPECT_EQ(addresses_of(configuration.listeners[0]), addresses) << statement;
  }
  MemoryHost host;
  host.files["/proc/net/route"] =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
      "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
      "lo\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n";
  host.files["/proc/net/ipv6_route"] =
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
      "20010db8000000000000000000000001 00000400 00000003 00000000 00000003     eth0\n"
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";
  EXPECT_EQ(addresses_of(parsed("listen on egress", host).listeners.at(0)),
            (std::vector<std::string>{"192.0.2.1", "2001:db8::1"}));
  EXPECT_FALSE(parse_text("listen on egress").ok());
  EXPECT_EQ(parsed("listen on \"/run/x.sock\"").listeners[0].socket_path, "/run/x.sock");
  EXPECT_TRUE(parsed("listen on socket").listeners[0].is_enqueuer);
}

TEST(Parse, ListenerOptionsComeInAnyOrder) {
  const Configuration configuration = parsed(R"(
pki a cert /a.pem key /a.key
pki b cert /b.pem key /b.key
table u { anna = secret }
table names { 192.0.2.1 = mx1.example.org }
table proxies { 10.0.0.0/8 }
listen on eth0 tag MX senders <u> pki a hostname mx.example.org received-auth mask-src no-dsn \
  hostnames <names> proxy <proxies> pki b auth-optional <u> port 2525 tls
)");
  const Listener& listener = configuration.listeners.at(0);
  EXPECT_EQ(listener.tag, "MX");
  EXPECT_EQ(listener.senders->name, "u");
  ASSERT_EQ(listener.pkis.size(), 2u);
  EXPECT_EQ(listener.pkis[1].text, "b");
  EXPECT_EQ(listener.hostname, "mx.example.org");
  EXPECT_TRUE(listener.received_auth);
  EXPECT_TRUE(listener.mask_source);
  EXPECT_FALSE(listener.announces_dsn);
  EXPECT_EQ(listener.hostnames->name, "names");
  EXPECT_EQ(listener.proxy->table->name, "proxies");
  EXPECT_EQ(listener.port, 2525);
}

TEST(Parse, MacrosQuotesCommentsAndContinuedLines) {
  const Configuration configuration = parsed(
      "# a comment \\\n goes on here: listen on nowhere\n"
      "lan_if = \"lo\"   # the inside\n"
      "ports = \"port 2525\"\n"
      "both = $lan_if $ports\n"
      "listen on $both tag \"a \\\"b\\\" c\" \\\r\n"
      "   hostname 'mx.example.org'\r\n"
      "table t { \"two words\", plain,\n  # inside\n 'x' }\n");
  ASSERT_EQ(configuration.listeners.size(), 1u);
  EXPECT_EQ(configuration.listeners[0].port, 2525);
  EXPECT_EQ(configuration.listeners[0].tag, "a \"b\" c");
  EXPECT_EQ(configuration.listeners[0].hostname, "mx.example.org");
  ASSERT_EQ(configuration.tables.at(0).entries.size(), 3u);
  EXPECT_EQ(configuration.tables[0].entries[0].first, "two words");
}

TEST(Parse, IncludesFiles) {
  MemoryHost host;
  host.files["sub/tables.conf"] = "table a file:a.txt\ninclude \"more.conf\"\n";
  host.files["sub/more.conf"] = "table b file:/b.txt\n";
  const Configuration configuration =
      parsed("dir = \"sub\"\ninclude \"sub/tables.conf\"\ntable c { x }\n", host);
  ASSERT_EQ(configuration.tables.size(), 3u);
  EXPECT_EQ(configuration.tables[0].path, "sub/a.txt");  // relative to the file that names it
  EXPECT_EQ(configuration.tables[1].path, "/b.txt");
  EXPECT_EQ(configuration.sources.place(configuration.tables[1].position), "sub/more.conf:1:7");
}

TEST(Parse, ReadsEveryCondition) {
  const Configuration configuration = parsed(R"(
table senders { "@partner.example", boss }
table nets { 10.0.0.0/8, 2001:db8::/32 }
listen on lo tag IN
action out relay host smtp+tls://mx.example.org:2525
match !from src <nets> mail-from <senders> !rcpt-to "root@*.example.org" tag IN \
  helo { a.example, b.example } !tls ! for domain "*.example.org" reject
match auth anna from any for domain { example.org, example.net } action out
match from auth { anna, bob } for rcpt-to "x@example.org" action out
match from socket for any action out
match from mail-from "@x.example" for local reject
match reject
)");
  ASSERT_EQ(configuration.rules.size(), 6u);
  const Rule& first = configuration.rules[0];
  EXPECT_TRUE(first.from.negated);
  EXPECT_EQ(first.from.kind, From::Kind::src);
  EXPECT_EQ(first.from.operand->table->name, "nets");
  ASSERT_EQ(first.conditions.size(), 5u);
  EXPECT_EQ(first.conditions[0].kind, Condition::Kind::mail_from);
  EXPECT_EQ(first.conditions[1].kind, Condition::Kind::rcpt_to);
  EXPECT_TRUE(first.conditions[1].negated);
  EXPECT_EQ(first.conditions[3].operand->values, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_TRUE(first.conditions[4].negated);
  EXPECT_FALSE(first.action);
  EXPECT_EQ(configuration.rules[1].conditions[0].operand->values[0], "anna");
  EXPECT_EQ(configuration.rules[2].from.operand->values.size(), 2u);
  EXPECT_EQ(configuration.rules[5].from.kind, From::Kind::local);
  EXPECT_EQ(configuration.rules[5].to.kind, For::Kind::local);
}

TEST(Parse, KeepsEveryOptionOfRelay) {
  const Configuration configuration = parsed(R"(
pki me cert /c key /k
table secrets { label = "user:password" }
table names { 192.0.2.1 = mx.example.org }
table routes { example.org = "smtp://10.0.0.1" }
action a relay host "smtps://label@[2001:db8::7]:4465" auth <secrets> pki me tls no-verify helo x.example \
  helo-src <names> mail-from "bounce@example.org" src 192.0.2.1 ttl 4h
action b relay backup mx mx2.example.org
action c relay domain <routes> tls src { 192.0.2.1, 192.0.2.2 }
)");
  const auto& a = std::get<RelayAction>(configuration.action("a")->method);
  EXPECT_EQ(a.host->scheme, RelayUrl::Scheme::smtps);
  EXPECT_EQ(a.host->label, "label");
  EXPECT_EQ(a.host->host, "2001:db8::7");
  EXPECT_EQ(a.host->port, 4465);
  EXPECT_EQ(a.tls, RelayAction::Tls::required_unverified);
  EXPECT_EQ(a.credentials->name, "secrets");
  EXPECT_EQ(a.helo_source->name, "names");
  EXPECT_EQ(a.mail_from, "bounce@example.org");
  EXPECT_EQ(a.source->values, std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(a.ttl, std::chrono::hours(4));
  const auto& b = std::get<RelayAction>(configuration.action("b")->method);
  EXPECT_TRUE(b.backup);
  EXPECT_EQ(b.backup_mx, "mx2.example.org");
  const auto& c = std::get<RelayAction>(configuration.action("c")->method);
  EXPECT_EQ(c.domains->name, "routes");
  EXPECT_EQ(c.tls, RelayAction::Tls::required);
}

TEST(Parse, ReadsRelayUrls) {
  struct Case {
    const char* text;
    RelayUrl::Scheme scheme;
    const char* label;
    const char* host;
    std::uint16_t port;
  };
  for (const auto& [text, scheme, label, host, port] : {
           Case{"mx.example.org", RelayUrl::Scheme::smtp, "", "mx.example.org", 25},
           Case{"smtp://127.0.0.1:10028", RelayUrl::Scheme::smtp, "", "127.0.0.1", 10028},
           Case{"smtp+tls://bob@smtp.example.com", RelayUrl::Scheme::smtp_tls, "bob", "smtp.example.com", 25},
           Case{"smtps://smtp.example.com", RelayUrl::Scheme::smtps, "", "smtp.example.com", 465},
           Case{"lmtp://localhost:24", RelayUrl::Scheme::lmtp, "", "localhost", 24},
           Case{"smtp+notls://[::1]:26", RelayUrl::Scheme::smtp_notls, "", "::1", 26},
           Case{"tls+auth://me@x.example", RelayUrl::Scheme::smtp_tls, "me", "x.example", 25},
       }) {
    const std::string quoted = std::string("table t { bob = \"b:p\" }\naction a relay tls host \"") + text +
                               "\"" + (*label != 0 ? " auth <t>" : "");
    const Parsed result = parse_text(scheme == RelayUrl::Scheme::smtp_notls
                                         ? "action a relay host \"" + std::string(text) + "\""
                                         : quoted);
    ASSERT_TRUE(result.ok()) << result.text();
    const RelayUrl url = *std::get<RelayAction>(result.configuration.actions.at(0).method).host;
    EXPECT_EQ(url.scheme, scheme) << text;
    EXPECT_EQ(url.label, label) << text;
    EXPECT_EQ(url.host, host) << text;
    EXPECT_EQ(url.port, port) << text;
  }
}

TEST(Parse, ReadsResolvers) {
  const Configuration configuration =
      parsed("resolver 127.0.0.1\nresolver \"127.0.0.1:5353\", \"[::1]:54\", ::1\n");
  ASSERT_EQ(configuration.resolvers.size(), 4u);
  EXPECT_EQ(configuration.resolvers[0].port, 53);
  EXPECT_EQ(configuration.resolvers[1].port, 5353);
  EXPECT_EQ(configuration.resolvers[2].address.text(), "::1");
  EXPECT_EQ(configuration.resolvers[2].port, 54);
}

TEST(Parse, ReadsTheRulesOfOpenSmtpd5) {
  const Configuration configuration = parsed(R"(
listen on lo port 10029 tag FROM_DKIM
table friends { 192.0.2.7 }
accept from any for domain exemple.com relay backup mx2.example.com
accept tagged FROM_DKIM for any relay via smtp://127.0.0.1:10028
reject from <friends> for any
accept for any relay
)");
  ASSERT_EQ(configuration.rules.size(), 4u);
  EXPECT_EQ(configuration.rules[0].from.kind, From::Kind::any);
  EXPECT_EQ(configuration.rules[1].from.kind, From::Kind::local_or_auth);
  EXPECT_EQ(configuration.rules[1].conditions[0].kind, Condition::Kind::tag);
  EXPECT_FALSE(configuration.rules[2].action);
  const auto& backup = std::get<RelayAction>(configuration.action(*configuration.rules[0].action)->method);
  EXPECT_TRUE(backup.backup);
  EXPECT_EQ(backup.backup_mx, "mx2.example.com");
  const auto& dkim = std::get<RelayAction>(configuration.action(*configuration.rules[1].action)->method);
  EXPECT_EQ(dkim.host->port, 10028);
}

// What the guides' files ask for is understood, every line of them.
TEST(Parse, UnderstandsTheGuides) {
  for (const char* name : {"cloud-exit-first.conf", "cloud-exit-final.conf", "cloud-exit-draft.conf",
                           "opensmtpd-dovecot.conf"}) {
    std::ifstream file(std::string(PILLARBOX_SOURCE_DIR "/tests/vectors/guides/") + name);
    std::ostringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty()) << name;
    MemoryHost host;
    host.interfaces["bse0"] = {*parse_ip("203.0.113.5")};
    EXPECT_EQ(parse_text(text.str(), host).text(), "") << name;
  }
}

}  // namespace
}  // namespace pillarbox::config
