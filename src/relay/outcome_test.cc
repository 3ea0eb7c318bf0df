#include "relay/outcome.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

using Kind = queue::Outcome::Kind;

TEST(Outcome, SaysWhatTheServerSaid) {
  const auto none = refused({.code = 550, .text = "no\nnever"}, "RCPT TO", "mx [192.0.2.1]");
  EXPECT_EQ(none.kind, Kind::failed);
  EXPECT_EQ(none.status, "5.0.0");
  EXPECT_EQ(none.diagnostic, "550 no never (in reply to RCPT TO)");
  EXPECT_EQ(none.remote, "mx [192.0.2.1]");
  EXPECT_FALSE(none.is_of_destination);
  const auto later = refused(
      {.code = 451, .enhanced = smtp::EnhancedCode{.subject = 7, .detail = 1}, .text = "wait"}, "DATA", "mx");
  EXPECT_EQ(later.kind, Kind::deferred);
  EXPECT_EQ(later.status, "4.7.1");
  EXPECT_EQ(later.diagnostic, "451 4.7.1 wait (in reply to DATA)");
}

TEST(Outcome, IsBounded) {
  std::string text;
  while (text.size() < 5'000) text += "\xc3\xbc";
  const auto outcome = refused({.code = 550, .text = text}, "the end of the message", "mx");
  EXPECT_LE(outcome.diagnostic.size(), limits::diagnostic);
  EXPECT_TRUE(is_utf8(outcome.diagnostic));
  EXPECT_TRUE(outcome.diagnostic.ends_with(" (in reply to the end of the message)"));
  for (std::size_t size = 1'000; size < 1'040; ++size) {
    const std::string line = one_line(std::string(size, 'x') + "\xf0\x9f\x98\x80");
    EXPECT_LE(line.size(), limits::diagnostic);
    EXPECT_TRUE(is_utf8(line));
  }
  EXPECT_EQ(one_line("a\r\nb\x1b"), "a\\x0d\\x0ab\\x1b");
}

TEST(Outcome, OfAServerAsAWhole) {
  EXPECT_TRUE(trouble_of(smtp::Reply{.code = 521, .text = "never"}, "x").is_permanent);
  const auto listed = trouble_of(smtp::Reply{.code = 554, .text = "listed"}, "the connection");
  EXPECT_FALSE(listed.is_permanent);
  EXPECT_EQ(listed.status, "4.0.0");
  EXPECT_TRUE(of_destination(listed, "mx").is_of_destination);
  EXPECT_EQ(
      of_destination({.status = "5.1.2", .diagnostic = "no such domain", .is_permanent = true}, "").kind,
      Kind::failed);
  EXPECT_EQ(trouble_of(Broken{.why = Broken::Why::tls, .text = "certificate expired"}, "x").diagnostic,
            "TLS: certificate expired");
}

}  // namespace
}  // namespace pillarbox::relay
