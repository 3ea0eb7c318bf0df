#include "proto/imap/body_structure.h"

#include <gtest/gtest.h>

#include "proto/imap/envelope.h"

namespace pillarbox::imap {
namespace {

// What Dovecot 2.3 answers for messages of these structures.

std::string body_structure(const mail::Structure& structure) {
  Output out;
  write_body_structure(out, structure);
  return std::string(out.text());
}

std::string body(const mail::Structure& structure) {
  Output out;
  write_body(out, structure);
  return std::string(out.text());
}

mail::Part text_part() {
  mail::Part part;
  part.body_start = 10;
  part.body_end = 16;
  part.body_lines = 1;
  part.encoding = "7bit";
  part.end = 1;
  part.envelope = 0;
  return part;
}

mail::Structure one_part(mail::Part part) { return {.parts = {std::move(part)}, .envelopes = {{}}}; }

TEST(BodyStructure, OfAText) {
  EXPECT_EQ(body_structure(one_part(text_part())),
            R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL))");
  EXPECT_EQ(body(one_part(text_part())), R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1))");

  mail::Part loud = text_part();
  loud.content_type = {.type = "TEXT", .subtype = "PLAIN", .parameters = {{"CHARSET", "US-ASCII"}}};
  loud.encoding = "7BIT";
  EXPECT_EQ(body(one_part(loud)), R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 6 1))");

  mail::Part html = text_part();
  html.content_type = {.type = "TEXT", .subtype = "Html", .parameters = {{"x", "y"}}};
  EXPECT_EQ(body(one_part(html)), R"(("TEXT" "Html" ("x" "y" "charset" "us-ascii") NIL NIL "7bit" 6 1))");
  html.content_type.parameters.push_back({"Charset", "utf-8"});
  html.encoding = "";
  EXPECT_EQ(body(one_part(html)), R"(("TEXT" "Html" ("x" "y" "Charset" "utf-8") NIL NIL "7bit" 6 1))");
}

TEST(BodyStructure, OfAnAttachment) {
  mail::Part part = text_part();
  part.content_type = {.type = "image", .subtype = "png", .parameters = {{"name", "a\"b"}}};
  part.encoding = "BASE64";
  part.id = "<i@d>";
  part.description = "a\tb c";
  part.md5 = "Q2hl";
  part.location = "http://a/b";
  part.disposition = mail::Disposition{.type = "attachment", .parameters = {{"filename*", "utf-8''x%20y"}}};
  part.languages = {"de", "en"};
  EXPECT_EQ(body_structure(one_part(part)),
            "(\"image\" \"png\" (\"name\" \"a\\\"b\") \"<i@d>\" \"a\tb c\" \"BASE64\" 6 \"Q2hl\" "
            "(\"attachment\" (\"filename*\" \"utf-8''x%20y\")) (\"de\" \"en\") \"http://a/b\")");
  EXPECT_EQ(body(one_part(part)),
            "(\"image\" \"png\" (\"name\" \"a\\\"b\") \"<i@d>\" \"a\tb c\" \"BASE64\" 6)");
}

TEST(BodyStructure, OfAMultipart) {
  mail::Part multipart = text_part();
  multipart.kind = mail::Part::Kind::multipart;
  multipart.content_type = {.type = "multipart", .subtype = "mixed", .parameters = {{"boundary", "x"}}};
  multipart.disposition = mail::Disposition{.type = "inline"};
  EXPECT_EQ(
      body_structure(one_part(multipart)),
      R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "mixed" ("boundary" "x") )"
      R"(("inline" NIL) NIL NIL))");
  EXPECT_EQ(body(one_part(multipart)),
            R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "mixed"))");

  multipart.end = 3;
  mail::Part first = text_part();
  first.parent = 0;
  first.end = 2;
  mail::Part second = first;
  second.end = 3;
  second.content_type = {.type = "a", .subtype = "b"};
  EXPECT_EQ(
      body({.parts = {multipart, first, second}, .envelopes = {{}}}),
      R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1)("a" "b" NIL NIL NIL "7bit" 6) "mixed"))");
}

TEST(BodyStructure, OfAMessageInAMessage) {
  mail::Part outer = text_part();
  outer.kind = mail::Part::Kind::message;
  outer.content_type = {.type = "Message", .subtype = "RFC822"};
  outer.body_lines = 4;
  outer.end = 2;
  mail::Part inner = text_part();
  inner.parent = 0;
  inner.end = 2;
  inner.envelope = 1;
  mail::Structure structure{.parts = {outer, inner}, .envelopes = {{}, {.subject = "in"}}};
  EXPECT_EQ(
      body_structure(structure),
      R"(("Message" "RFC822" NIL NIL NIL "7bit" 6 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) )"
      R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL) 4 NIL NIL NIL NIL))");

  structure.parts[0].content_type.subtype = "global";  // RFC 3501 has the long form for rfc822 alone
  EXPECT_EQ(body(structure), R"(("Message" "global" NIL NIL NIL "7bit" 6))");
}

TEST(Envelope, WritesAllItsFields) {
  using Kind = mail::HeaderAddress::Kind;
  mail::Envelope envelope;
  envelope.date = "Mon, 1 Jan 2024 00:00:00 +0000";
  envelope.subject = "folded  two";
  envelope.from = {{.name = "A \"q\" B", .route = "@r1,@r2", .local_part = "a", .domain = "b.c"}};
  envelope.sender = {{.local_part = "foo"}};
  envelope.reply_to = {{}};
  envelope.to = {{.kind = Kind::group_start, .name = "Group"},
                 {.local_part = "x", .domain = "y"},
                 {.kind = Kind::group_end},
                 {.local_part = "", .domain = "x"}};
  envelope.in_reply_to = "<a@b> <c@d>";
  envelope.message_id = "<m\"@i>";
  Output out;
  write_envelope(out, envelope);
  EXPECT_EQ(
      out.text(),
      "(\"Mon, 1 Jan 2024 00:00:00 +0000\" {10}\r\nfolded two (({7}\r\nA \"q\" B \"@r1,@r2\" \"a\" \"b.c\")) "
      "((NIL NIL \"foo\" \"MISSING_DOMAIN\")) ((NIL NIL \"MISSING_MAILBOX\" \"MISSING_DOMAIN\")) "
      "((NIL NIL \"Group\" NIL)(NIL NIL \"x\" \"y\")(NIL NIL NIL NIL)(NIL NIL \"\" \"x\")) NIL NIL "
      "\"<a@b> <c@d>\" \"<m\\\"@i>\")");
}

}  // namespace
}  // namespace pillarbox::imap
