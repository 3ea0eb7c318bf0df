#include "mail/received.h"

#include <chrono>

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

using namespace std::chrono_literals;

const Time time = std::chrono::sys_days(2026y / 11 / 20) + 8h + 53min + 11s;

TEST(Received, IsWrittenFoldedWithEverythingThatIsKnown) {
  EXPECT_EQ(format_received({.helo = "client.example",
                             .host = "host.client.example",
                             .address = parse_ip("192.0.2.1"),
                             .by = "mail.example.org",
                             .with = "ESMTPSA",
                             .tls = "TLSv1.3 TLS_AES_256_GCM_SHA384",
                             .id = "4f1c",
                             .recipient = "\"a)b\"@example.org",
                             .time = time}),
            "Received: from client.example (host.client.example [192.0.2.1])\r\n"
            "\tby mail.example.org (Pillarbox) with ESMTPSA (TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
            "\tid 4f1c for <\"a)b\"@example.org>;\r\n"
            "\tFri, 20 Nov 2026 08:53:11 +0000\r\n");
  EXPECT_EQ(format_received(
                {.address = parse_ip("2001:db8::1"), .by = "m", .with = "SMTP", .id = "1", .time = time}),
            "Received: from localhost ([IPv6:2001:db8::1])\r\n\tby m (Pillarbox) with SMTP\r\n\tid 1;\r\n"
            "\tFri, 20 Nov 2026 08:53:11 +0000\r\n");
}

TEST(Received, CannotBeMadeToBreakItsField) {
  const std::string field = format_received({.helo = "a\r\nX-Forged: b",
                                             .host = "h) by x (",
                                             .address = parse_ip("192.0.2.1"),
                                             .by = "m",
                                             .with = "SMTP",
                                             .id = "1",
                                             .recipient = "r\n@x",
                                             .time = time});
  EXPECT_EQ(field,
            "Received: from a??X-Forged: b (h? by x ? [192.0.2.1])\r\n\tby m (Pillarbox) with SMTP\r\n"
            "\tid 1 for <r?@x>;\r\n\tFri, 20 Nov 2026 08:53:11 +0000\r\n");
}

TEST(Received, ReadsWhatItWrites) {
  const std::string field = format_received({.helo = "client.example",
                                             .host = "host.client.example",
                                             .address = parse_ip("192.0.2.1"),
                                             .by = "mail.example.org",
                                             .with = "ESMTPSA",
                                             .tls = "TLSv1.3 TLS_AES_256_GCM_SHA384",
                                             .id = "4f1c",
                                             .recipient = "joe@example.org",
                                             .time = time});
  const Received received =
      parse_received(std::string_view(field).substr(std::string_view("Received:").size()));
  EXPECT_EQ(received.from, "client.example");
  EXPECT_EQ(received.from_host, "host.client.example");
  EXPECT_EQ(received.from_ip, parse_ip("192.0.2.1"));
  EXPECT_EQ(received.by, "mail.example.org");
  EXPECT_EQ(received.with, "ESMTPSA");
  EXPECT_EQ(received.tls_version, "1.3");
  EXPECT_EQ(received.tls_cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(received.id, "4f1c");
  EXPECT_EQ(received.recipient, "joe@example.org");
  ASSERT_TRUE(received.date);
  EXPECT_EQ(received.date->time, time);
}

}  // namespace
}  // namespace pillarbox::mail
