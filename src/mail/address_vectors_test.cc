// The cases of tests/vectors/address: which of them SMTP takes is decided by their category (see its README).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "mail/address.h"
#include "mail/address_list.h"

namespace pillarbox::mail {
namespace {

struct Case {
  std::string address, category;
};

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Control characters are written as the symbols U+2400 and following, mostly as "&#x2407;".
std::string decode(std::string text) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string code = fmt::format("{:04X}", 0x2400 + c);
    const std::string symbol = {'\xe2', '\x90', static_cast<char>(0x80 + c)};
    text = replace_all(replace_all(text, "&#x" + code + ";", std::string(1, static_cast<char>(c))), symbol,
                       std::string(1, static_cast<char>(c)));
  }
  return replace_all(replace_all(text, "&#xA9;", "©"), "&amp;", "&");
}

std::vector<Case> cases() {
  std::ifstream file(PILLARBOX_SOURCE_DIR "/tests/vectors/address/tests.xml");
  std::stringstream whole;
  whole << file.rdbuf();
  const std::string xml = whole.str();
  std::vector<Case> result;
  const auto element = [&](std::string_view name, std::size_t from, std::size_t end) -> std::string {
    const std::string open = fmt::format("<{}>", name);
    const auto start = xml.find(open, from);
    if (start >= end) return {};
    return xml.substr(start + open.size(), xml.find("</", start) - start - open.size());
  };
  for (auto at = xml.find("<test "); at != std::string::npos; at = xml.find("<test ", at + 1)) {
    const auto end = xml.find("</test>", at);
    result.push_back(
        {.address = decode(element("address", at, end)), .category = element("category", at, end)});
  }
  return result;
}

TEST(AddressVectors, SmtpTakesExactlyTheCategoriesThatItShould) {
  std::map<std::string, int> counts;
  for (const auto& c : cases()) {
    ++counts[c.category];
    const bool is_for_smtp = c.category == "ISEMAIL_VALID_CATEGORY" || c.category == "ISEMAIL_DNSWARN" ||
                             c.category == "ISEMAIL_RFC5321";
    const auto address = parse_address(c.address);
    EXPECT_EQ(address.has_value(), is_for_smtp) << testing::PrintToString(c.address) << " is " << c.category
                                                << "; " << (address ? "accepted" : describe(address.error()));
  }
  int all = 0;
  for (const auto& [category, count] : counts) all += count;
  EXPECT_EQ(all, 164);
  EXPECT_EQ(counts.size(), 7u);
}

TEST(AddressVectors, HeaderFieldsTakeEverythingButErrors) {
  for (const auto& c : cases()) {
    EXPECT_EQ(is_header_address(c.address), c.category != "ISEMAIL_ERR")
        << testing::PrintToString(c.address) << " is " << c.category;
  }
}

}  // namespace
}  // namespace pillarbox::mail
