#include "proto/imap/fetch_response.h"

#include <gtest/gtest.h>

namespace pillarbox::imap {
namespace {

const std::vector<std::string> keywords = {"$Forwarded", "$Junk", "x"};

std::string flags(SystemFlags system, std::uint64_t keyword_bits) {
  Output out;
  FetchResponse response(out, 7);
  response.flags(FlagTexts(keywords), system, keyword_bits);
  response.finish();
  return std::string(out.text());
}

TEST(FetchResponse, WritesFlags) {
  using namespace system_flags;
  EXPECT_EQ(flags({}, 0), "* 7 FETCH (FLAGS ())\r\n");
  EXPECT_EQ(flags(seen, 0), "* 7 FETCH (FLAGS (\\Seen))\r\n");
  EXPECT_EQ(
      flags(seen | answered | flagged | deleted | draft | recent, 7),
      "* 7 FETCH (FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\Recent $Forwarded $Junk x))\r\n");
  EXPECT_EQ(flags({}, 2), "* 7 FETCH (FLAGS ($Junk))\r\n");
  EXPECT_EQ(flags({}, 5), "* 7 FETCH (FLAGS ($Forwarded x))\r\n");
  EXPECT_EQ(flags(draft, ~std::uint64_t{7}), "* 7 FETCH (FLAGS (\\Draft))\r\n");  // keywords nobody knows
}

TEST(FetchResponse, HoldsAsManyKeywordsAsThereAreBits) {
  const std::vector<std::string> many(70, "k");
  Output out;
  FetchResponse(out, 1).flags(FlagTexts(many), {}, ~std::uint64_t{0});
  EXPECT_EQ(out.size(), std::string_view("* 1 FETCH (FLAGS ()").size() + 64 * 2 - 1);
}

TEST(FetchResponse, WritesItemsInARow) {
  Output out;
  FetchResponse response(out, 4294967295);
  response.uid(4294967295);
  response.flags(FlagTexts({}), system_flags::seen, 0);
  response.internal_date({std::chrono::sys_seconds(std::chrono::seconds(760168345)), -480});
  response.size(18446744073709551615u);
  response.modseq(65402);
  response.envelope_text("(E)");
  response.body_text("(B)");
  response.body_structure_text("(S)");
  response.finish();
  EXPECT_EQ(out.text(),
            "* 4294967295 FETCH (UID 4294967295 FLAGS (\\Seen) INTERNALDATE \" 1-Feb-1994 21:52:25 -0800\" "
            "RFC822.SIZE 18446744073709551615 MODSEQ (65402) ENVELOPE (E) BODY (B) BODYSTRUCTURE (S))\r\n");
}

TEST(FetchResponse, WritesSections) {
  using namespace std::string_view_literals;
  Output out;
  FetchResponse response(out, 1);
  response.section({}, "a\r\nb");
  response.section({.text = SectionText::text, .part = {1, 2}}, "");
  response.section({.text = SectionText::header_fields, .fields = {"From", "a b"}}, "x\0y"sv);
  response.section(
      {.text = SectionText::header_fields_not, .part = {3}, .fields = {"To"}, .partial = Partial{5, 9}}, "z");
  response.no_section({.text = SectionText::mime, .part = {9}});
  response.begin_section({.name = BodySection::Name::rfc822}, 1000000);
  out.put("…");
  response.section({.name = BodySection::Name::rfc822_header, .text = SectionText::header}, "h");
  response.section({.name = BodySection::Name::rfc822_text, .text = SectionText::text}, "t");
  response.finish();
  EXPECT_EQ(out.text(),
            "* 1 FETCH (BODY[] {4}\r\na\r\nb BODY[1.2.TEXT] {0}\r\n "
            "BODY[HEADER.FIELDS (From \"a b\")] {3}\r\nx\x80y BODY[3.HEADER.FIELDS.NOT (To)]<5> {1}\r\nz "
            "BODY[9.MIME] NIL RFC822 {1000000}\r\n… RFC822.HEADER {1}\r\nh RFC822.TEXT {1}\r\nt)\r\n");
}

}  // namespace
}  // namespace pillarbox::imap
