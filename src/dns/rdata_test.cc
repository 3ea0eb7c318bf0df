#include "dns/rdata.h"

#include <gtest/gtest.h>

namespace pillarbox::dns {
namespace {

using namespace std::string_literals;

TEST(Rdata, OfAddresses) {
  EXPECT_EQ(read_a("\300\0\2\1"s), parse_ip("192.0.2.1"));
  EXPECT_EQ(read_a("\300\0\2"s), std::nullopt);
  EXPECT_EQ(read_a("\300\0\2\1\0"s), std::nullopt);
  const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\1";
  EXPECT_EQ(read_aaaa(v6), parse_ip("2001:db8::1"));
  EXPECT_EQ(read_aaaa(v6.substr(1)), std::nullopt);
  EXPECT_EQ(read_aaaa(v6 + "x"), std::nullopt);
  EXPECT_EQ(data_of(*parse_ip("192.0.2.1")), "\300\0\2\1"s);
  EXPECT_EQ(data_of(*parse_ip("2001:db8::1")), v6);
}

TEST(Rdata, OfMx) {
  EXPECT_EQ(read_mx("\1\2\2mx\7example\0"s), (Mx{258, "mx.example"}));
  EXPECT_EQ(read_mx("\0\0\0"s), (Mx{0, ""}));  // RFC 7505 §3
  for (const std::string& bad : {""s, "\0"s, "\0\12"s, "\0\12\2mx"s, "\0\12\2mx\0x"s, "\0\12\300\14"s}) {
    EXPECT_EQ(read_mx(bad), std::nullopt);
  }
  EXPECT_EQ(data_of(Mx{258, "mx.example"}), "\1\2\2mx\7example\0"s);
}

TEST(Rdata, OfNames) {
  EXPECT_EQ(read_name("\1a\0"s), "a");
  EXPECT_EQ(read_name("\1a\0\0"s), std::nullopt);
  EXPECT_EQ(name_data_of("a.b"), "\1a\1b\0"s);
}

TEST(Rdata, OfTexts) {
  EXPECT_EQ(read_txt("\2ab\0\3c d"s), "abc d");
  EXPECT_EQ(read_txt("\0"s), "");
  EXPECT_EQ(read_txt("\3a\0b"s), "a\0b"s);
  for (const std::string& bad : {""s, "\3ab"s, "\2ab\1"s, "\377"s}) EXPECT_EQ(read_txt(bad), std::nullopt);
  const std::string long_text(600, 'x');
  EXPECT_EQ(read_txt(txt_data_of(long_text)), long_text);
  EXPECT_EQ(txt_data_of(long_text).size(), 603u);
  EXPECT_EQ(txt_data_of(""), "\0"s);
}

TEST(Rdata, OfTlsa) {
  EXPECT_EQ(read_tlsa("\3\1\1\xab\xcd"s), (Tlsa{3, 1, 1, "\xab\xcd"}));
  EXPECT_EQ(read_tlsa("\3\1"s), std::nullopt);
  EXPECT_EQ(data_of(Tlsa{3, 1, 1, "\xab\xcd"}), "\3\1\1\xab\xcd"s);
}

}  // namespace
}  // namespace pillarbox::dns
