#include "imapd/digest.h"

#include <gtest/gtest.h>

#include <string>

#include "mail/header.h"
#include "mail/structure_reader.h"

namespace pillarbox::imapd {
namespace {

const std::string message = "Subject: x\r\nFrom: a@b.example\r\n\r\nText\r\n";

TEST(Digest, ComesBackFromItsBytes) {
  const mail::Structure structure = mail::read_structure(message);
  const Digest made(structure);
  const auto read = Digest::decode(made.encoded());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->header_bytes(), 33u);
  EXPECT_EQ(read->envelope(), made.envelope());
  EXPECT_TRUE(read->envelope().starts_with("(NIL \"x\" ((NIL NIL \"a\" \"b.example\"))")) << read->envelope();
  EXPECT_TRUE(read->body_structure().starts_with("(\"text\" \"plain\"")) << read->body_structure();
  EXPECT_EQ(read->structure(), structure);
}

TEST(Digest, IsSafeFromDamage) {
  const std::string good = Digest(mail::read_structure(message)).encoded();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto cut = Digest::decode(good.substr(0, length));
    if (cut) EXPECT_FALSE(cut->structure());
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0xFF);
    const auto damaged = Digest::decode(std::move(bad));
    if (damaged) static_cast<void>(damaged->structure());
  }
  EXPECT_FALSE(Digest::decode(mail::encode(mail::read_structure(message))));
}

// FETCH finds the end of a header without a digest by itself: it must be the same end.
TEST(Digest, AgreesOnWhereTheHeaderEnds) {
  for (const std::string text :
       {"A: b\r\n\r\nbody", "A: b\n\nbody", "\r\nbody", "A: b\r\n", "A: b", "", "no field\r\n\r\nbody",
        "A: b\r\n \r\nB: c", "A: b\r\r\n\r\nx", "\n\n", "A\r\n\rB\r\n\r\n"}) {
    mail::HeaderCollector header(0);
    header.feed(text);
    EXPECT_EQ(Digest(mail::read_structure(text)).header_bytes(), header.size()) << text;
  }
}

}  // namespace
}  // namespace pillarbox::imapd
