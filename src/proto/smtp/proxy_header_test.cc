#include "proto/smtp/proxy_header.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

const std::string v2_start("\r\n\r\n\0\r\nQUIT\n", 12);

std::string v2(std::uint8_t command, std::uint8_t family, const std::string& body) {
  std::string header = v2_start;
  header += static_cast<char>(command);
  header += static_cast<char>(family);
  header += static_cast<char>(body.size() >> 8);
  header += static_cast<char>(body.size() & 255);
  return header + body;
}

TEST(ProxyHeader, ReadsVersion1) {
  const std::string header = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n";
  for (std::size_t n = 0; n < header.size(); ++n) {
    const auto waiting = parse_proxy_header(header.substr(0, n));
    ASSERT_TRUE(waiting) << n;
    EXPECT_FALSE(*waiting) << n;
  }
  const auto got = parse_proxy_header(header + "EHLO x\r\n");
  ASSERT_TRUE(got && *got && (*got)->client);
  EXPECT_EQ((*got)->size, header.size());
  EXPECT_EQ(*(*got)->client, (ProxyEndpoint{.address = IpAddress::v4({192, 0, 2, 1}), .port = 56324}));

  const auto six = parse_proxy_header("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n");
  ASSERT_TRUE(six && *six && (*six)->client);
  EXPECT_EQ((*six)->client->address.text(), "2001:db8::1");

  const auto unknown = parse_proxy_header("PROXY UNKNOWN whatever stands here\r\n");
  ASSERT_TRUE(unknown && *unknown);
  EXPECT_FALSE((*unknown)->client);
}

TEST(ProxyHeader, ReadsVersion2) {
  const std::string four("\xc0\x00\x02\x01\xc6\x33\x64\x01\xdc\x04\x00\x19", 12);
  const std::string header = v2(0x21, 0x11, four + std::string("\x04\x00\x01\x00", 4));  // with a TLV
  for (std::size_t n = 0; n < header.size(); ++n) {
    const auto waiting = parse_proxy_header(header.substr(0, n));
    ASSERT_TRUE(waiting) << n;
    EXPECT_FALSE(*waiting) << n;
  }
  const auto got = parse_proxy_header(header + "EHLO x\r\n");
  ASSERT_TRUE(got && *got && (*got)->client);
  EXPECT_EQ((*got)->size, header.size());
  EXPECT_EQ(*(*got)->client, (ProxyEndpoint{.address = IpAddress::v4({192, 0, 2, 1}), .port = 56324}));

  for (const auto& no_client : {v2(0x20, 0x00, ""), v2(0x20, 0x11, four), v2(0x21, 0x00, ""),
                                v2(0x21, 0x31, std::string(216, 'x'))}) {
    const auto local = parse_proxy_header(no_client);
    ASSERT_TRUE(local && *local);
    EXPECT_FALSE((*local)->client);
    EXPECT_EQ((*local)->size, no_client.size());
  }
}

TEST(ProxyHeader, IsReadWithoutTouchingWhatFollows) {
  for (const std::string& header :
       {std::string("PROXY UNKNOWN\r\n"), std::string("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n"),
        v2(0x20, 0x00, ""), v2(0x21, 0x31, std::string(216, 'x'))}) {
    const std::string stream = header + "EHLO x\r\n";
    std::string pending;
    for (;;) {
      const auto got = parse_proxy_header(pending);
      ASSERT_TRUE(got) << pending;
      if (*got) break;
      const std::size_t missing = proxy_bytes_missing(pending);
      ASSERT_GT(missing, 0u);
      pending += stream.substr(pending.size(), missing);
    }
    EXPECT_EQ(pending, header);
  }
}

TEST(ProxyHeader, RefusesEverythingElse) {
  const std::vector<std::pair<std::string, ProxyError>> cases = {
      {"EHLO client.example\r\n", ProxyError::not_proxy},
      {"PROXYTCP4", ProxyError::not_proxy},
      {"\r\n\r\nQUIT", ProxyError::not_proxy},
      {"PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\n", ProxyError::bad_header},
      {"PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n", ProxyError::bad_header},
      {"PROXY TCP4 192.0.2.1 198.51.100.1 56324 65536\r\n", ProxyError::bad_header},
      {"PROXY TCP4 192.0.2.1 198.51.100.1 -1 25\r\n", ProxyError::bad_header},
      {"PROXY TCP4 192.0.2.256 198.51.100.1 1 25\r\n", ProxyError::bad_header},
      {"PROXY TCP4 2001:db8::1 ::1 1 25\r\n", ProxyError::bad_header},
      {"PROXY TCP4 192.0.2.1 nonsense 1 25\r\n", ProxyError::bad_header},
      {std::string("PROXY TCP4 192.0.2.1\0x 198.51.100.1 1 25\r\n", 43), ProxyError::bad_header},
      {"PROXY TCP4  192.0.2.1 198.51.100.1 1 25\r\n", ProxyError::bad_header},
      {"PROXY UDP4 192.0.2.1 198.51.100.1 1 25\r\n", ProxyError::bad_header},
      {"PROXY \r\n", ProxyError::bad_header},
      {"PROXY " + std::string(max_proxy_v1, 'x'), ProxyError::too_long},
      {v2(0x11, 0x11, std::string(12, 'x')), ProxyError::bad_version},
      {v2(0x22, 0x11, std::string(12, 'x')), ProxyError::bad_version},
      {v2(0x21, 0x11, std::string(11, 'x')), ProxyError::bad_header},
      {v2(0x21, 0x21, std::string(35, 'x')), ProxyError::bad_header},
      {v2(0x21, 0x11, std::string(max_proxy_v2, 'x')), ProxyError::too_long},
  };
  for (const auto& [text, error] : cases) {
    const auto got = parse_proxy_header(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error(), error) << text;
  }
}

}  // namespace
}  // namespace pillarbox::smtp
