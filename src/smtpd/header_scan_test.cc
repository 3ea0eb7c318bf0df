#include "smtpd/header_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pillarbox::smtpd {
namespace {

constexpr HeaderScan::Limits generous{.size = 100'000, .field_size = 50'000, .fields = 2'000, .hops = 100};

HeaderScan scan(std::string_view text, std::size_t step, const HeaderScan::Limits& limits = generous) {
  HeaderScan result(limits);
  for (std::size_t i = 0; i < text.size(); i += step) result.feed(text.substr(i, step));
  return result;
}

TEST(HeaderScan, FindsFieldsInPiecesOfAnySize) {
  const std::string text =
      "Received: from a\r\n\tby b; date\r\nreceived : from c\r\nSubject: Date: no\r\n Message-ID: no\r\n"
      "DELIVERED-TO: <Carol@House.Example>\r\nDelivered-To:\r\n \"carol\"@\r\n\thouse.example\r\n"
      "Delivered-To: nobody\r\nMessage-Id: <x@y>\r\n\r\nDate: in the text\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const auto got = scan(text, step);
    EXPECT_TRUE(got.has_ended()) << step;
    EXPECT_EQ(got.fault(), HeaderScan::Fault::none);
    EXPECT_FALSE(got.has_date()) << step;
    EXPECT_TRUE(got.has_message_id()) << step;
    EXPECT_FALSE(got.begins_with_text());
    EXPECT_EQ(got.delivered_to(), (std::vector<std::string>{"carol@house.example", "carol@house.example"}))
        << step;
  }
}

TEST(HeaderScan, TellsTextFromHeader) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"Date: x\r\n", false},
      {"\r\nText\r\n", false},
      {"", false},
      {"Hello!\r\n", true},
      {"Hello there: you\r\n", true},
      {": x\r\n", true},
      {"From bob Fri Nov 20 09:07:49 2026\r\nDate: x\r\n", true},
      {" leading: x\r\n", true},
  };
  for (const auto& [text, is_text] : cases) {
    for (std::size_t step = 1; step <= text.size() + 1; ++step) {
      EXPECT_EQ(scan(text, step).begins_with_text(), is_text) << text << " in steps of " << step;
    }
  }
}

TEST(HeaderScan, KeepsItsLimits) {
  using enum HeaderScan::Fault;
  const std::string field = "Received: from x\r\n";  // 18 octets
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += field;
  struct Case {
    HeaderScan::Limits limits;
    HeaderScan::Fault fault;
  };
  const std::vector<Case> cases = {
      {{.size = 180, .field_size = 18, .fields = 10, .hops = 10}, none},
      {{.size = 179, .field_size = 18, .fields = 10, .hops = 10}, too_large},
      {{.size = 180, .field_size = 17, .fields = 10, .hops = 10}, too_large},
      {{.size = 180, .field_size = 18, .fields = 9, .hops = 10}, too_large},
      {{.size = 180, .field_size = 18, .fields = 10, .hops = 9}, too_many_hops},
  };
  for (const auto& c : cases) {
    for (std::size_t step = 1; step <= ten.size(); ++step)
      EXPECT_EQ(scan(ten + "\r\n", step, c.limits).fault(), c.fault);
  }
  // Folding makes one field of many lines.
  const std::string folded = "Subject: a\r\n b\r\n c\r\n";
  EXPECT_EQ(scan(folded, 3, {.size = 100, .field_size = 19, .fields = 1, .hops = 1}).fault(), too_large);
  EXPECT_EQ(scan(folded, 3, {.size = 100, .field_size = 20, .fields = 1, .hops = 1}).fault(), none);
  // The text is nobody's business.
  EXPECT_EQ(scan("A: b\r\n\r\n" + ten, 7, {.size = 6, .field_size = 6, .fields = 1, .hops = 1}).fault(),
            none);
}

}  // namespace
}  // namespace pillarbox::smtpd
