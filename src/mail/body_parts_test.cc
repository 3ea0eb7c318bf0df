#include "mail/body_parts.h"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "mail/structure_reader.h"

namespace pillarbox::mail {
namespace {

// The example of RFC 8621 §4.1.4; each part's Content-ID is its letter there.
constexpr std::string_view example =
    "Content-Type: multipart/mixed; boundary=1\r\n\r\n"
    "--1\r\nContent-ID: A\r\nContent-Disposition: inline\r\n\r\n"
    "--1\r\nContent-Type: multipart/mixed; boundary=2\r\n\r\n"
    "--2\r\nContent-Type: multipart/alternative; boundary=3\r\n\r\n"
    "--3\r\nContent-Type: multipart/mixed; boundary=4\r\n\r\n"
    "--4\r\nContent-ID: B\r\nContent-Disposition: inline\r\n\r\n"
    "--4\r\nContent-Type: image/jpeg\r\nContent-ID: C\r\nContent-Disposition: inline\r\n\r\n"
    "--4\r\nContent-ID: D\r\nContent-Disposition: inline\r\n\r\n"
    "--4--\r\n"
    "--3\r\nContent-Type: multipart/related; boundary=5\r\n\r\n"
    "--5\r\nContent-Type: text/html\r\nContent-ID: E\r\n\r\n"
    "--5\r\nContent-Type: image/jpeg\r\nContent-ID: F\r\n\r\n"
    "--5--\r\n"
    "--3--\r\n"
    "--2\r\nContent-Type: image/jpeg\r\nContent-ID: G\r\nContent-Disposition: attachment\r\n\r\n"
    "--2\r\nContent-Type: application/x-excel\r\nContent-ID: H\r\n\r\n"
    "--2\r\nContent-Type: message/rfc822\r\nContent-ID: J\r\n\r\nContent-ID: inner\r\n\r\n"
    "--2--\r\n"
    "--1\r\nContent-ID: K\r\nContent-Disposition: inline\r\n\r\n"
    "--1--\r\n";

std::string ids(const Structure& structure, const std::vector<PartIndex>& parts) {
  std::string result;
  for (const PartIndex part : parts) result += structure.parts[part].id.value_or("-");
  return result;
}

TEST(BodyParts, AreChosenAsInTheExampleOfRfc8621) {
  const Structure structure = read_structure(example);
  const BodyParts bodies = select_body_parts(structure);
  EXPECT_EQ(ids(structure, bodies.text), "ABCDK");
  EXPECT_EQ(ids(structure, bodies.html), "AEK");
  EXPECT_EQ(ids(structure, bodies.attachments), "CFGHJ");
}

TEST(BodyParts, OneKindStandsForTheOtherWhereThatIsMissing) {
  const Structure structure = read_structure(
      "Content-Type: multipart/alternative; boundary=1\r\n\r\n--1\r\nContent-Type: text/html\r\nContent-ID: "
      "A\r\n\r\n"
      "--1--\r\n");
  const BodyParts bodies = select_body_parts(structure);
  EXPECT_EQ(ids(structure, bodies.text), "A");
  EXPECT_EQ(ids(structure, bodies.html), "A");
}

TEST(BodyParts, NamesComeFromTheDispositionFirst) {
  const auto name = [](std::string_view header) { return file_name(read_structure(header).root()); };
  EXPECT_EQ(name("Content-Type: a/b; name=one\r\nContent-Disposition: attachment; filename=two\r\n"), "two");
  EXPECT_EQ(name("Content-Type: a/b; name=one\r\nContent-Disposition: attachment\r\n"), "one");
  EXPECT_EQ(name("Content-Type: a/b\r\n"), std::nullopt);
}

}  // namespace
}  // namespace pillarbox::mail
