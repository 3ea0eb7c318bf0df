#include "smtpd/doors.h"

#include <gtest/gtest.h>

#include <string>

#include "config/memory_host.h"
#include "config/parse.h"
#include "smtpd/settings.h"

namespace pillarbox::smtpd {
namespace {

class Doors : public testing::Test {
 protected:
  // The listener of a configuration that has one.
  Listener listener(const std::string& statements) {
    config::MemoryHost host;
    host.files["pillarbox.conf"] = "pki mail.house.example cert \"/c\" key \"/k\"\n" + statements;
    const config::FieldTable settings[] = {setting_table};
    parsed_ = config::parse("pillarbox.conf", host, settings);
    EXPECT_TRUE(parsed_.ok()) << parsed_.text();
    tables_ = std::make_unique<tables::Tables>(parsed_.configuration.tables, clock_);
    const auto& listeners = parsed_.configuration.listeners;
    EXPECT_EQ(listeners.size(), 1u);
    const bool has_tls = listeners[0].tls != config::TlsMode::none;
    return make_listener(parsed_.configuration, listeners[0], has_tls ? &tls_server_ : nullptr, *tables_);
  }

  config::Parsed parsed_;
  ManualClock clock_{Time()};
  net::TlsServer tls_server_;
  std::unique_ptr<tables::Tables> tables_;
};

TEST_F(Doors, AnMxListenerAsksForNothing) {
  const Listener mx =
      listener("listen on lo tls pki mail.house.example tag OUTSIDE hostname mx.house.example\n");
  EXPECT_EQ(mx.flavour, Listener::Flavour::mx);
  EXPECT_EQ(mx.hostname, "mx.house.example");
  EXPECT_EQ(mx.tag, "OUTSIDE");
  EXPECT_EQ(mx.tls, config::TlsMode::opportunistic);
  EXPECT_EQ(mx.tls_server, &tls_server_);
  EXPECT_EQ(mx.auth, config::AuthMode::none);
  EXPECT_FALSE(mx.is_proxy || mx.check_sender || mx.hostname_of);
}

TEST_F(Doors, ASubmissionListenerKnowsItsUsersAndTheirAddresses) {
  const Listener submission = listener(
      "table users file:/etc/users\n"
      "table senders { anna = \"anna@house.example, info@house.example\" }\n"
      "listen on lo submissions pki mail.house.example auth <users> senders <senders> mask-src "
      "received-auth\n");
  EXPECT_EQ(submission.flavour, Listener::Flavour::submission);
  EXPECT_EQ(submission.hostname, "mail.house.example");
  EXPECT_EQ(submission.tls, config::TlsMode::implicit);
  EXPECT_EQ(submission.auth, config::AuthMode::required);
  EXPECT_EQ(submission.users_table, "users");
  EXPECT_FALSE(submission.allows_plaintext_auth);
  EXPECT_TRUE(submission.mask_source && submission.received_auth);
  using enum Listener::SenderCheck;
  EXPECT_EQ(submission.check_sender("anna", {"info", "house.example"}), allowed);
  EXPECT_EQ(submission.check_sender("anna", {"bob", "house.example"}), not_allowed);
  EXPECT_EQ(submission.check_sender("bob", {"info", "house.example"}), not_allowed);
}

TEST_F(Doors, AMissingTableOfSendersIsNoPermission) {
  const Listener submission = listener(
      "table users file:/etc/users\ntable senders file:/nonexistent/senders\n"
      "listen on lo submissions pki mail.house.example auth <users> senders <senders>\n");
  EXPECT_EQ(submission.check_sender("anna", {"anna", "house.example"}), Listener::SenderCheck::unavailable);
}

TEST_F(Doors, OnlyListedPeersAreProxies) {
  const Listener proxied = listener("table proxies { 192.0.2.0/24 }\nlisten on lo proxy <proxies>\n");
  EXPECT_TRUE(proxied.is_proxy(*parse_ip("192.0.2.7")));
  EXPECT_FALSE(proxied.is_proxy(*parse_ip("192.0.3.7")));
  EXPECT_FALSE(proxied.is_proxy(*parse_ip("127.0.0.1")));
  const Listener local = listener("listen on lo proxy\n");
  EXPECT_TRUE(local.is_proxy(*parse_ip("::1")));
  EXPECT_FALSE(local.is_proxy(*parse_ip("192.0.2.7")));
}

TEST_F(Doors, EachAddressMayHaveItsName) {
  const Listener named = listener(
      "table names { 127.0.0.1 = one.house.example, ::1 = two.house.example }\nlisten on lo hostnames "
      "<names>\n");
  EXPECT_EQ(named.hostname_of(*parse_ip("::1")), "two.house.example");
  EXPECT_EQ(named.hostname_of(*parse_ip("192.0.2.1")), "");
}

}  // namespace
}  // namespace pillarbox::smtpd
