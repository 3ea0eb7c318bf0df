#include "config/unsupported.h"

#include <gtest/gtest.h>

#include "config/testing.h"

namespace pillarbox::config {
namespace {

std::string messages(const std::string& text) {
  const Parsed parsed = testing::parse_text(text);
  EXPECT_TRUE(parsed.ok()) << parsed.text();
  std::string all;
  for (const Diagnostic& diagnostic : find_unsupported(parsed.configuration)) {
    EXPECT_EQ(diagnostic.kind, Diagnostic::Kind::unsupported);
    all += std::to_string(diagnostic.position.line) + ": " + diagnostic.message + "\n";
  }
  return all;
}

TEST(Unsupported, IsSilentAboutWhatIsServed) {
  EXPECT_EQ(
      messages("pki p cert /c key /k\ntable users file:/u\ntable aliases file:/a\n"
               "listen on all tls pki p\nlisten on all submissions auth <users>\n"
               "action inbox mailbox userbase <users> virtual <aliases>\naction out relay\n"
               "match from any for domain example.org action inbox\nmatch from auth for any action out\n"),
      "");
}

// In the order of the text, each with its place.
TEST(Unsupported, NamesWhatIsRead) {
  EXPECT_EQ(messages("queue compression\npki p cert /c key /k\n\nlisten on lo tls-require verify pki p\n"),
            "1: queue compression is not yet supported\n"
            "4: asking clients for a certificate (verify) is not yet supported\n");
}

}  // namespace
}  // namespace pillarbox::config
