// The statements of smtpd.conf(5), one by one: what each becomes.
#include <gtest/gtest.h>

#include "config/parsed_test.h"

namespace pillarbox::config {
namespace {

using testing::parse_text;
using testing::parsed;

const LocalAction& local(const Configuration& configuration, std::string_view name) {
  return std::get<LocalAction>(configuration.action(name)->method);
}

TEST(Grammar, ReadsEveryMethodOfAction) {
  const Configuration configuration = parsed(R"(
table aliases { root = anna }
table users { anna = "1000:1000:/home/anna" }
mda wrapper sandbox "/usr/bin/nice %{mda}"
action a mbox alias <aliases> ttl 4d
action b maildir
action c maildir junk alias <aliases>
action d maildir "%{user.directory}/Mail/%{rcpt.user[0]:lowercase|raw}" junk userbase <users> user vmail
action e maildir "~/" virtual <aliases>
action f lmtp "/run/dovecot/lmtp" rcpt-to virtual <aliases>
action g lmtp mx.example.org:24
action h lmtp "[2001:db8::7]:2003" user vmail
action i mda "/usr/bin/procmail -f %{sender} -- %{user.username}" wrapper sandbox
action j forward-only alias <aliases>
action k expand-only virtual <aliases> userbase <users>
action l maildir /var/mail
)");
  ASSERT_EQ(configuration.actions.size(), 12u);
  EXPECT_TRUE(local(configuration, "a").is<MboxMethod>());
  EXPECT_EQ(local(configuration, "a").ttl, std::chrono::days(4));
  EXPECT_EQ(local(configuration, "a").method_position, (Position{0, 5, 10}));
  EXPECT_EQ(std::get<MaildirMethod>(local(configuration, "b").method).path.text, "");
  EXPECT_TRUE(std::get<MaildirMethod>(local(configuration, "c").method).sorts_junk);
  EXPECT_EQ(local(configuration, "c").aliases->name, "aliases");
  const auto& maildir = std::get<MaildirMethod>(local(configuration, "d").method);
  EXPECT_EQ(maildir.path.text, "%{user.directory}/Mail/%{rcpt.user[0]:lowercase|raw}");
  EXPECT_TRUE(maildir.sorts_junk);
  EXPECT_EQ(local(configuration, "d").user->text, "vmail");
  EXPECT_EQ(std::get<MaildirMethod>(local(configuration, "e").method).path.text, "~/");
  const auto& socket = std::get<LmtpMethod>(local(configuration, "f").method);
  EXPECT_EQ(socket.socket_path, "/run/dovecot/lmtp");
  EXPECT_TRUE(socket.gives_address);
  const auto& host = std::get<LmtpMethod>(local(configuration, "g").method);
  EXPECT_EQ(host.host, "mx.example.org");
  EXPECT_EQ(host.port, 24);
  EXPECT_FALSE(host.gives_address);
  EXPECT_EQ(std::get<LmtpMethod>(local(configuration, "h").method).host, "2001:db8::7");
  EXPECT_EQ(std::get<MdaMethod>(local(configuration, "i").method).command.text,
            "/usr/bin/procmail -f %{sender} -- %{user.username}");
  EXPECT_EQ(local(configuration, "i").wrapper->text, "sandbox");
  EXPECT_TRUE(local(configuration, "j").is<ForwardOnlyMethod>());
  EXPECT_TRUE(local(configuration, "k").is<ExpandOnlyMethod>());
  EXPECT_EQ(std::get<MaildirMethod>(local(configuration, "l").method).path.text, "/var/mail");
  EXPECT_EQ(configuration.wrapper("sandbox")->command.text, "/usr/bin/nice %{mda}");
}

TEST(Grammar, ReadsTheNewerOptionsOfRelay) {
  const Configuration configuration = parsed(R"(
ca partners cert /etc/ssl/partners.pem
filter sign proc-exec "filter-dkimsign"
srs key secret
action a relay srs ca partners filter sign protocols "tlsv1.3" ciphers "HIGH:!aNULL" tls verify
action b relay tls no-verify mail-from "@example.org"
)");
  const auto& a = std::get<RelayAction>(configuration.action("a")->method);
  EXPECT_EQ(a.srs->position, (Position{0, 5, 16}));
  EXPECT_EQ(a.ca->text, "partners");
  EXPECT_EQ(a.filter->text, "sign");
  EXPECT_EQ(a.protocols->text, "tlsv1.3");
  EXPECT_EQ(a.ciphers->text, "HIGH:!aNULL");
  EXPECT_EQ(a.tls, RelayAction::Tls::required);
  EXPECT_EQ(std::get<RelayAction>(configuration.action("b")->method).tls,
            RelayAction::Tls::required_unverified);
}

TEST(Grammar, ReadsRegularExpressionsAndReverseNames) {
  const Configuration configuration = parsed(R"(
table hosts { "mx[0-9]+\.example\.org" }
listen on lo tag IN
match from rdns for local reject
match !from rdns regex <hosts> for local reject
match from rdns { "*.dyn.example", mx.example } for local reject
match from src regex "^10\.1\." for domain regex { "^example\.(org|net)$" } reject
match from mail-from regex "@spam\." for rcpt-to regex "^(root|admin)@" reject
match from auth regex "^svc-" auth regex "^svc-" helo regex "\.local$" reject
match tag regex "^I" mail-from regex x rcpt-to regex <hosts> reject
)");
  const auto& rules = configuration.rules;
  ASSERT_EQ(rules.size(), 7u);
  EXPECT_EQ(rules[0].from.kind, From::Kind::rdns);
  EXPECT_FALSE(rules[0].from.operand);
  EXPECT_TRUE(rules[1].from.negated);
  EXPECT_TRUE(rules[1].from.operand->is_regex);
  EXPECT_EQ(rules[1].from.operand->table->name, "hosts");
  EXPECT_FALSE(rules[2].from.operand->is_regex);
  EXPECT_EQ(rules[2].from.operand->values, (std::vector<std::string>{"*.dyn.example", "mx.example"}));
  EXPECT_EQ(rules[3].from.kind, From::Kind::src);
  EXPECT_TRUE(rules[3].from.operand->is_regex);
  EXPECT_EQ(rules[3].to.operand->values[0], "^example\\.(org|net)$");
  EXPECT_TRUE(rules[3].to.operand->is_regex);
  EXPECT_TRUE(rules[4].from.operand->is_regex);
  EXPECT_TRUE(rules[4].to.operand->is_regex);
  EXPECT_TRUE(rules[5].from.operand->is_regex);
  ASSERT_EQ(rules[5].conditions.size(), 2u);
  EXPECT_TRUE(rules[5].conditions[0].operand->is_regex);
  EXPECT_TRUE(rules[5].conditions[1].operand->is_regex);
  ASSERT_EQ(rules[6].conditions.size(), 3u);
  for (const Condition& condition : rules[6].conditions) EXPECT_TRUE(condition.operand->is_regex);
}

TEST(Grammar, ReadsFilters) {
  const Configuration configuration = parsed(R"(
table bad { 192.0.2.0/24 }
proc rspamd "filter-rspamd -settings x" user _rspamd group _rspamd chroot "/var/empty"
filter spam proc rspamd
filter sign proc-exec "filter-dkimsign -d example.org" user _dkim
filter no_fcrdns phase connect match !fcrdns disconnect "550 no FCrDNS is so 80s"
filter dynamic phase connect match rdns regex { "\.dyn\.", "\.dsl\." } !src <bad> junk
filter named phase ehlo match rdns helo "*.local" reject "451 later"
filter mine phase rcpt-to match auth mail-from "@example.org" rcpt-to <bad> bypass
filter who phase mail-from match auth regex "^svc" rewrite "service@example.org"
filter told phase commit match !auth report "unauthenticated"
filter late phase auth match !fcrdns reject "550 no"
filter all chain { no_fcrdns, dynamic, spam }
listen on lo filter all
listen on eth0 filter { no_fcrdns spam }
listen on socket filter sign tag LOCAL
)");
  ASSERT_EQ(configuration.filters.size(), 10u);
  const Process& rspamd = *configuration.process("rspamd");
  EXPECT_EQ(rspamd.command.text, "filter-rspamd -settings x");
  EXPECT_EQ(rspamd.user->text, "_rspamd");
  EXPECT_EQ(rspamd.group->text, "_rspamd");
  EXPECT_EQ(rspamd.chroot->text, "/var/empty");
  const auto& spam = std::get<ProcessFilter>(configuration.filter("spam")->kind);
  EXPECT_EQ(configuration.process(spam.process.text), &rspamd);
  const auto& sign = std::get<ProcessFilter>(configuration.filter("sign")->kind);
  ASSERT_NE(configuration.process(sign.process.text), nullptr);
  EXPECT_EQ(configuration.process(sign.process.text)->command.text, "filter-dkimsign -d example.org");
  EXPECT_EQ(configuration.process(sign.process.text)->user->text, "_dkim");

  const auto phase = [&](const char* name) {
    return std::get<PhaseFilter>(configuration.filter(name)->kind);
  };
  EXPECT_EQ(phase("no_fcrdns").phase, FilterPhase::connect);
  EXPECT_TRUE(phase("no_fcrdns").conditions.at(0).negated);
  EXPECT_EQ(phase("no_fcrdns").decision.kind, FilterDecision::Kind::disconnect);
  EXPECT_EQ(phase("no_fcrdns").decision.value, "550 no FCrDNS is so 80s");
  ASSERT_EQ(phase("dynamic").conditions.size(), 2u);
  EXPECT_TRUE(phase("dynamic").conditions[0].operand->is_regex);
  EXPECT_EQ(phase("dynamic").conditions[1].operand->table->name, "bad");
  EXPECT_EQ(phase("dynamic").decision.kind, FilterDecision::Kind::junk);
  EXPECT_FALSE(phase("named").conditions.at(0).operand);
  EXPECT_EQ(phase("named").conditions.at(1).kind, FilterCondition::Kind::helo);
  EXPECT_EQ(phase("mine").conditions.size(), 3u);
  EXPECT_EQ(phase("mine").decision.kind, FilterDecision::Kind::bypass);
  EXPECT_EQ(phase("who").decision.kind, FilterDecision::Kind::rewrite);
  EXPECT_EQ(phase("told").decision.kind, FilterDecision::Kind::report);
  const auto& chain = std::get<FilterChain>(configuration.filter("all")->kind).filters;
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_EQ(chain[1].text, "dynamic");
  EXPECT_EQ(configuration.listeners.at(0).filters.at(0).text, "all");
  EXPECT_EQ(configuration.listeners.at(1).filters.size(), 2u);
  EXPECT_EQ(configuration.listeners.at(2).filters.at(0).text, "sign");
}

TEST(Grammar, ReadsTheServersWays) {
  const Configuration configuration = parsed(R"(
admd mx.example.org
bounce warn-interval 1d, 4h, 3d
mta max-deferred 500
mta limit max-conn-per-host 5 session-mail-max 50
mta limit for domain Gmail.example conn-delay-domain 2
mta limit inet4
queue compression
queue encryption "0123456789abcdef"
scheduler limit max-inflight 1000
smtp ciphers "HIGH:!aNULL"
smtp limit max-mails 20 max-rcpt 200
srs key today
srs key backup yesterday
srs ttl 5d
)");
  const Options& options = configuration.options;
  EXPECT_EQ(options.admd->text, "mx.example.org");
  ASSERT_EQ(options.bounce_warnings.size(), 3u);
  EXPECT_EQ(options.bounce_warnings[1].value, std::chrono::days(1));
  EXPECT_EQ(options.mta.max_deferred->value, 500u);
  ASSERT_EQ(options.mta.limits.size(), 3u);
  EXPECT_EQ(options.mta.limits[1].name.text, "session-mail-max");
  EXPECT_EQ(options.mta.limits[1].value, 50u);
  EXPECT_EQ(options.mta.limits[2].domain, "gmail.example");
  EXPECT_EQ(options.mta.family->text, "inet4");
  EXPECT_TRUE(options.queue.compression);
  EXPECT_EQ(options.queue.encryption->key, "0123456789abcdef");
  EXPECT_EQ(options.scheduler.at(0).value, 1'000u);
  EXPECT_EQ(options.smtp_ciphers->text, "HIGH:!aNULL");
  EXPECT_EQ(options.srs.key->text, "today");
  EXPECT_EQ(options.srs.backup_key->text, "yesterday");
  EXPECT_EQ(options.srs.ttl->value, std::chrono::days(5));
  ASSERT_EQ(configuration.settings.size(), 2u);
  EXPECT_EQ(configuration.settings[1].field, "max_recipients");
  EXPECT_EQ(configuration.settings[1].value, "200");

  EXPECT_EQ(parsed("queue encryption stdin").options.queue.encryption->key, "-");
  EXPECT_EQ(parsed("queue encryption -").options.queue.encryption->key, "-");
  EXPECT_EQ(parsed("queue encryption").options.queue.encryption->key, "");
  // A folder that declares a setting has it: queue ttl here.
  EXPECT_EQ(parsed("queue ttl 3d").settings.at(0).field, "ttl");
}

TEST(Grammar, ReadsTheRarerOptionsOfListen) {
  const Configuration configuration = parsed(R"(
pki p cert /c key /k
ca partners cert /etc/ssl/partners.pem
table u { anna = secret }
listen on lo port 2525 tls-require verify ca partners protocols "tlsv1.2,tlsv1.3" ciphers HIGH \
  senders <u> masquerade auth <u>
listen on eth0 smtps verify
)");
  const Listener& first = configuration.listeners.at(0);
  EXPECT_EQ(first.verify->position, (Position{0, 5, 36}));
  EXPECT_EQ(first.ca->text, "partners");
  EXPECT_EQ(first.protocols->text, "tlsv1.2,tlsv1.3");
  EXPECT_EQ(first.ciphers->text, "HIGH");
  EXPECT_TRUE(first.masquerade);
  EXPECT_TRUE(configuration.listeners.at(1).verify);
}

TEST(Grammar, ReadsKindsOfTables) {
  const Configuration configuration = parsed(
      "table a db:/etc/aliases.db\ntable b passwd:/etc/passwd\ntable c file:/x\ntable d /y\ntable e "
      "\"db:/with space.db\"\n");
  EXPECT_EQ(configuration.table("a")->kind, Table::Kind::db);
  EXPECT_EQ(configuration.table("a")->path, "/etc/aliases.db");
  EXPECT_EQ(configuration.table("b")->kind, Table::Kind::passwd);
  EXPECT_EQ(configuration.table("c")->kind, Table::Kind::file);
  EXPECT_EQ(configuration.table("d")->kind, Table::Kind::file);
  EXPECT_EQ(configuration.table("e")->path, "/with space.db");
}

// The examples of smtpd.conf(5), with its interfaces.
TEST(Grammar, ReadsTheManualsExamples) {
  MemoryHost host;
  host.interfaces["lo0"] = host.interfaces["lo"];
  host.interfaces["egress"] = host.interfaces["eth0"];
  for (const char* text : {
           "table aliases file:/etc/aliases\ntable secrets file:/etc/secrets\nlisten on lo0\n"
           "action \"local_mail\" mbox alias <aliases>\n"
           "action \"outbound\" relay host smtp+tls://bob@smtp.example.com \\\n\tauth <secrets>\n"
           "match from local for local action \"local_mail\"\n"
           "match from local for any action \"outbound\"\n",
           "pki mail.example.com cert \"/etc/ssl/mail.example.com.crt\"\n"
           "pki mail.example.com key \"/etc/ssl/private/mail.example.com.key\"\n"
           "table aliases file:/etc/aliases\nlisten on lo0\nlisten on egress tls pki mail.example.com auth\n"
           "action mda_with_aliases mda \"/path/to/mda -f -\" alias <aliases>\n"
           "action mda_without_aliases mda \"/path/to/mda -f -\"\naction \"outbound\" relay\n"
           "match for local action mda_with_aliases\n"
           "match from any for domain example.com action mda_without_aliases\n"
           "match for any action \"outbound\"\nmatch auth from any for any action \"outbound\"\n",
           "table aliases file:/etc/aliases\n"
           "filter \"dkimsign\" proc-exec \"filter-dkimsign -d <domain> -s <selector> \\\n"
           "\t-k /etc/dkim/private.key\" user _dkimsign group _dkimsign\n"
           "listen on socket filter \"dkimsign\"\nlisten on lo0 filter \"dkimsign\"\n"
           "action \"local_mail\" mbox alias <aliases>\naction \"outbound\" relay\n"
           "match for local action \"local_mail\"\nmatch for any action \"outbound\"\n",
           "table aliases file:/etc/aliases\ntable other-relays file:/etc/other-relays\n"
           "listen on lo0\nlisten on egress\naction \"local_mail\" mbox alias <aliases>\n"
           "action \"outbound\" relay\nmatch for local action \"local_mail\"\n"
           "match for any action \"outbound\"\n"
           "match !from src <other-relays> mail-from \"@example.com\" for any \\\n      reject\n"
           "match from any for domain example.com action \"local_mail\"\n",
       }) {
    EXPECT_EQ(parse_text(text, host).text(), "") << text;
  }
}

}  // namespace
}  // namespace pillarbox::config
