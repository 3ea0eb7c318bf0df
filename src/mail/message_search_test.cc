#include "mail/message_search.h"

#include <vector>

#include <gtest/gtest.h>

#include "mail/structure_reader.h"

namespace pillarbox::mail {
namespace {

constexpr std::string_view message =
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?_toplevel?=\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\npreamble\r\n"
    "--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "X-Foo: partheader\r\n\r\nGr=FC=DFe hel=\r\nlo\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: nestedsubject\r\n\r\nnestedbody\r\n"
    "--x\r\nContent-Type: application/octet-stream; name=filename\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\n"
    "b2N0ZXRz\r\n"
    "--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+Ym9sZDwvYj4=\r\n"
    "--x--\r\nepilogue\r\n";

TEST(MessageSearch, LooksIntoDecodedTextAndForTextIntoHeadersToo) {
  const struct {
    std::string_view key;
    bool in_body, in_text;
  } cases[] = {
      {"grüße hello", true, true},        {"GRÜSSE", false, false},       {"<b>bold", true, true},
      {"nestedbody", true, true},         {"nestedsubject", false, true}, {"toplevel", false, true},
      {"partheader", false, true},        {"filename", false, true},      {"subject: grüße top", false, true},
      {"octets", false, false},           {"b2N0", false, false},         {"preamble", false, false},
      {"epilogue", false, false},         {"hellonested", false, false},  {"", true, true},
      {"x-foo: PARTHEADER", false, true},
  };
  std::vector<SearchKey> keys;
  for (const auto& c : cases) {
    keys.push_back({.in = SearchKey::In::body, .utf8 = std::string(c.key)});
    keys.push_back({.in = SearchKey::In::text, .utf8 = std::string(c.key)});
  }
  MessageSearch search(keys);
  const Structure structure = read_structure(message);
  for (const std::size_t step : {1ul, 7ul, 64ul, message.size()}) {
    search.begin(structure);
    for (std::size_t at = 0; at < message.size(); at += step) search.feed(message.substr(at, step));
    search.finish();
    for (std::size_t i = 0; i < std::size(cases); ++i) {
      EXPECT_EQ(search.is_found(2 * i), cases[i].in_body) << cases[i].key << " in steps of " << step;
      EXPECT_EQ(search.is_found(2 * i + 1), cases[i].in_text) << cases[i].key << " in steps of " << step;
    }
    EXPECT_FALSE(search.is_settled());
  }
}

TEST(MessageSearch, SaysWhenTheRestNeedNotBeRead) {
  MessageSearch search(
      {{.in = SearchKey::In::body, .utf8 = "hello"}, {.in = SearchKey::In::text, .utf8 = "toplevel"}});
  const Structure structure = read_structure(message);
  search.begin(structure);
  search.feed(message.substr(0, message.find("--x")));
  EXPECT_FALSE(search.is_settled());
  search.feed(message.substr(message.find("--x"), 250));
  EXPECT_TRUE(search.is_settled());
  // The next message starts from nothing.
  const Structure other = read_structure("Subject: x\r\n\r\n");
  search.begin(other);
  EXPECT_FALSE(search.is_settled() || search.is_found(0) || search.is_found(1));
}

TEST(MessageSearch, FindsStringsInFields) {
  constexpr std::string_view header = "From: =?utf-8?q?J=C3=B6rg?= <j@k>\r\nX:\r\nX: second\r\n\r\nY: z\r\n";
  EXPECT_TRUE(header_contains(header, "from", "JÖRG <J@"));
  EXPECT_TRUE(header_contains(header, "x", ""));
  EXPECT_TRUE(header_contains(header, "x", "second"));
  EXPECT_FALSE(header_contains(header, "x", "third"));
  EXPECT_FALSE(header_contains(header, "y", ""));
}

}  // namespace
}  // namespace pillarbox::mail
