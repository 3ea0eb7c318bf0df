#include "smtpd/trace_fields.h"

#include <gtest/gtest.h>

#include <vector>

namespace pillarbox::smtpd {
namespace {

const net::Endpoint peer{.family = net::Endpoint::Family::ipv4, .address = {192, 0, 2, 1}, .port = 40'000};
const Time noon_or_so{std::chrono::milliseconds(1'795'165'669'123)};

TEST(TraceFields, NamesTheProtocol) {
  using enum ReceivedFacts::Greeting;
  struct Case {
    ReceivedFacts::Greeting greeting;
    bool tls, auth, utf8;
    std::string word;
  };
  const std::vector<Case> cases = {
      {helo, false, false, false, "SMTP"},    {ehlo, false, false, false, "ESMTP"},
      {ehlo, true, false, false, "ESMTPS"},   {ehlo, false, true, false, "ESMTPA"},
      {ehlo, true, true, false, "ESMTPSA"},   {ehlo, false, false, true, "UTF8SMTP"},
      {ehlo, true, false, true, "UTF8SMTPS"}, {ehlo, false, true, true, "UTF8SMTPA"},
      {ehlo, true, true, true, "UTF8SMTPSA"}, {helo, true, false, false, "ESMTPS"},
  };
  for (const auto& c : cases) {
    ReceivedFacts facts{.greeting = c.greeting, .is_authenticated = c.auth, .is_smtputf8 = c.utf8};
    if (c.tls) facts.tls.emplace();
    EXPECT_EQ(with_protocol(facts), c.word);
  }
}

TEST(TraceFields, WritesReceived) {
  ReceivedFacts facts{.client_name = "client.example",
                      .peer = peer,
                      .hostname = "mx.house.example",
                      .trace_id = "0trace",
                      .recipient = "carol@house.example",
                      .time = noon_or_so};
  EXPECT_EQ(received_field(facts),
            "Received: from client.example ([192.0.2.1])\r\n"
            "\tby mx.house.example (Pillarbox) with ESMTP\r\n"
            "\tid 0trace for <carol@house.example>;\r\n"
            "\tFri, 20 Nov 2026 09:07:49 +0000\r\n");
  facts.masks_source = true;
  facts.is_authenticated = true;
  facts.login = "carol";
  facts.recipient = "";
  facts.tls = net::TlsInfo{.version = "TLSv1.3", .cipher = "TLS_AES_256_GCM_SHA384"};
  EXPECT_EQ(received_field(facts),
            "Received: by mx.house.example (Pillarbox) with ESMTPSA "
            "(TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
            "\t(authenticated: carol)\r\n"
            "\tid 0trace;\r\n"
            "\tFri, 20 Nov 2026 09:07:49 +0000\r\n");
}

TEST(TraceFields, StaysAsciiWithoutSmtputf8) {
  ReceivedFacts facts{.client_name = "b\xc3\xbcro", .peer = {.family = net::Endpoint::Family::local}};
  EXPECT_TRUE(received_field(facts).starts_with("Received: from b??ro\r\n"));
  facts.is_smtputf8 = true;
  EXPECT_TRUE(received_field(facts).starts_with("Received: from b\xc3\xbcro\r\n"));
  facts.peer.family = net::Endpoint::Family::ipv6;
  facts.peer.address = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_TRUE(received_field(facts).contains("([IPv6:2001:db8::1])\r\n"));
}

TEST(TraceFields, WritesReturnPath) {
  EXPECT_EQ(return_path_field(std::nullopt), "Return-Path: <>\r\n");
  EXPECT_EQ(return_path_field(mail::Address{"a b", "c.example"}), "Return-Path: <\"a b\"@c.example>\r\n");
}

}  // namespace
}  // namespace pillarbox::smtpd
