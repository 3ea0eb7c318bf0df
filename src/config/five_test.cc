// The grammar of OpenSMTPD 5, which guides use to this day.
#include <gtest/gtest.h>

#include "config/parsed_test.h"

namespace pillarbox::config {
namespace {

using testing::parsed;

const LocalAction& local(const Configuration& configuration, std::size_t rule) {
  return std::get<LocalAction>(configuration.action(*configuration.rules.at(rule).action)->method);
}
const RelayAction& relay(const Configuration& configuration, std::size_t rule) {
  return std::get<RelayAction>(configuration.action(*configuration.rules.at(rule).action)->method);
}

TEST(Five, ReadsDeliveries) {
  const Configuration configuration = parsed(R"(
table aliases db:/etc/aliases.db
table vusers file:/etc/vusers
accept for local alias <aliases> deliver to mbox
accept from any for domain example.org virtual aliases userbase vusers deliver to maildir "~/"
accept from any for domain { example.net, example.com } virtual <aliases> deliver to maildir expire 2d
accept for domain a.example deliver to mda "/usr/bin/procmail" as vmail
accept for domain b.example deliver to lmtp "/run/lmtp" rcpt-to
accept for domain c.example deliver to lmtp localhost:24 as vmail rcpt-to
accept for local alias <aliases> forward-only
)");
  ASSERT_EQ(configuration.rules.size(), 7u);
  EXPECT_TRUE(local(configuration, 0).is<MboxMethod>());
  EXPECT_EQ(local(configuration, 0).aliases->name, "aliases");
  EXPECT_EQ(configuration.rules[0].from.kind, From::Kind::local_or_auth);
  EXPECT_EQ(std::get<MaildirMethod>(local(configuration, 1).method).path.text, "~/");
  EXPECT_EQ(local(configuration, 1).virtual_aliases->name, "aliases");
  EXPECT_EQ(local(configuration, 1).userbase->name, "vusers");
  EXPECT_EQ(configuration.rules[1].from.kind, From::Kind::any);
  EXPECT_EQ(local(configuration, 2).ttl, std::chrono::days(2));
  EXPECT_EQ(configuration.rules[2].to.operand->values.size(), 2u);
  EXPECT_EQ(std::get<MdaMethod>(local(configuration, 3).method).command.text, "/usr/bin/procmail");
  EXPECT_EQ(local(configuration, 3).user->text, "vmail");
  EXPECT_TRUE(std::get<LmtpMethod>(local(configuration, 4).method).gives_address);
  EXPECT_EQ(std::get<LmtpMethod>(local(configuration, 5).method).port, 24);
  EXPECT_TRUE(std::get<LmtpMethod>(local(configuration, 5).method).gives_address);
  EXPECT_TRUE(local(configuration, 6).is<ForwardOnlyMethod>());
}

TEST(Five, ReadsRelays) {
  const Configuration configuration = parsed(R"(
table secrets { gw = "user:password" }
table names { 192.0.2.1 = mx.example.org }
table sources { 192.0.2.1 }
pki me certificate /c key /k
accept from any for domain example.org relay backup mx2.example.org
accept for any relay backup
accept for any relay via smtp://127.0.0.1:10028
accept for any relay via "tls+auth://gw@smtp.example.net" auth <secrets> as "@example.org" expire 5d
accept for any relay via smtps://smtp.example.net verify hostname mail.example.org
accept for any relay tls hostnames <names> source <sources> pki me
accept for any relay tls verify
)");
  EXPECT_EQ(relay(configuration, 0).backup_mx, "mx2.example.org");
  EXPECT_TRUE(relay(configuration, 1).backup);
  EXPECT_EQ(relay(configuration, 1).backup_mx, "");
  EXPECT_EQ(relay(configuration, 2).host->port, 10028);
  EXPECT_EQ(relay(configuration, 2).tls, RelayAction::Tls::opportunistic);
  EXPECT_EQ(relay(configuration, 3).host->label, "gw");
  EXPECT_EQ(relay(configuration, 3).tls, RelayAction::Tls::required_unverified);
  EXPECT_EQ(relay(configuration, 3).mail_from, "@example.org");
  EXPECT_EQ(relay(configuration, 3).ttl, std::chrono::days(5));
  EXPECT_EQ(relay(configuration, 4).tls, RelayAction::Tls::required);
  EXPECT_EQ(relay(configuration, 4).helo, "mail.example.org");
  EXPECT_EQ(relay(configuration, 5).tls, RelayAction::Tls::required_unverified);
  EXPECT_EQ(relay(configuration, 5).helo_source->name, "names");
  EXPECT_EQ(relay(configuration, 5).source->table->name, "sources");
  EXPECT_EQ(relay(configuration, 5).pki, "me");
  EXPECT_EQ(relay(configuration, 6).tls, RelayAction::Tls::required);
}

TEST(Five, ReadsConditionsWithTheSignBehindTheWord) {
  const Configuration configuration = parsed(R"(
table friends { 192.0.2.7 }
listen on lo tag IN
accept from ! source <friends> sender ! "@a.example" for ! domain b.example relay
reject from <friends> tagged ! IN recipient "x@c.example" for any
accept authenticated from any for any relay
)");
  ASSERT_EQ(configuration.rules.size(), 3u);
  EXPECT_TRUE(configuration.rules[0].from.negated);
  EXPECT_TRUE(configuration.rules[0].to.negated);
  EXPECT_TRUE(configuration.rules[0].conditions.at(0).negated);
  EXPECT_TRUE(configuration.rules[1].conditions.at(0).negated);
  EXPECT_EQ(configuration.rules[1].conditions.at(1).kind, Condition::Kind::rcpt_to);
  EXPECT_EQ(configuration.rules[2].conditions.at(0).kind, Condition::Kind::auth);
}

TEST(Five, FindsCertificatesByName) {
  MemoryHost host;
  host.files["/etc/mail/certs/there.example.crt"] = "x";
  const Configuration configuration = parsed(
      "listen on eth0 tls certificate there.example\nlisten on lo tls certificate nowhere.example\n", host);
  ASSERT_EQ(configuration.pkis.size(), 2u);
  EXPECT_EQ(configuration.pki("there.example")->certificate.text, "/etc/mail/certs/there.example.crt");
  EXPECT_EQ(configuration.pki("there.example")->key.text, "/etc/mail/certs/there.example.key");
  // That it isn't there is found with all other files.
  EXPECT_EQ(configuration.pki("nowhere.example")->certificate.text, "/etc/certs/nowhere.example.crt");
  EXPECT_EQ(configuration.pki("nowhere.example")->certificate.position, (Position{0, 2, 30}));
  // A pki of that name is it.
  const Configuration named =
      parsed("pki a.example cert /c key /k\nlisten on eth0 tls certificate a.example\n");
  ASSERT_EQ(named.pkis.size(), 1u);
  EXPECT_EQ(named.pkis[0].certificate.text, "/c");
}

TEST(Five, ReadsTheServersWays) {
  const Configuration configuration = parsed(R"(
max-message-size 20M
limit session max-rcpt 500, max-mails 10
limit mta for domain slow.example max-conn-per-domain 1
limit mta inet6
limit scheduler max-inflight 10
bounce-warn 4h, 24h
expire 3d
queue encryption key "0123"
pki a.example certificate /c
pki a.example key /k
pki a.example ca /ca
)");
  ASSERT_EQ(configuration.settings.size(), 4u);
  EXPECT_EQ(configuration.settings[0].field, "max_message_size");
  EXPECT_EQ(configuration.settings[0].value, "20M");
  EXPECT_EQ(configuration.settings[1].field, "max_recipients");
  EXPECT_EQ(configuration.settings[2].field, "max_mails");
  EXPECT_EQ(configuration.settings[3].field, "ttl");
  EXPECT_EQ(configuration.options.mta.limits.at(0).domain, "slow.example");
  EXPECT_EQ(configuration.options.mta.family->text, "inet6");
  EXPECT_EQ(configuration.options.bounce_warnings.size(), 2u);
  EXPECT_EQ(configuration.options.queue.encryption->key, "0123");
  EXPECT_EQ(configuration.pki("a.example")->certificate.text, "/c");
  EXPECT_EQ(configuration.ca("a.example")->certificate.text, "/ca");
}

TEST(Five, SecureIsTwoDoors) {
  const Configuration configuration = parsed("pki p cert /c key /k\nlisten on eth0 secure pki p\n");
  ASSERT_EQ(configuration.listeners.size(), 2u);
  EXPECT_EQ(configuration.listeners[0].tls, TlsMode::implicit);
  EXPECT_EQ(configuration.listeners[0].port, 465);
  EXPECT_EQ(configuration.listeners[1].tls, TlsMode::opportunistic);
  EXPECT_EQ(configuration.listeners[1].port, 25);
}

}  // namespace
}  // namespace pillarbox::config
