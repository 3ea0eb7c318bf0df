#include "imapd/section.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mail/structure_reader.h"

namespace pillarbox::imapd {
namespace {

using imap::BodySection;
using imap::SectionText;

const std::string message =
    "Subject: outer\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n"
    "\r\n"
    "--b\r\n"
    "\r\n"
    "one\r\n"
    "--b\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "\r\n"
    "two\r\n"
    "--b--\r\n";

std::string find(std::vector<std::uint32_t> part, SectionText text) {
  const BodySection section{.text = text, .part = std::move(part)};
  const mail::Structure structure = mail::read_structure(message);
  const auto octets = section.part.empty()
                          ? locate_in_message(section, message.size(), structure.root().header_size())
                          : locate_in_part(section, structure);
  return octets ? message.substr(octets->begin, octets->size()) : "NIL";
}

TEST(Section, LiesWhereItShould) {
  struct Row {
    std::vector<std::uint32_t> part;
    SectionText text;
    std::string bytes;
  };
  const std::string header = "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  const std::vector<Row> rows = {
      {{}, SectionText::all, message},
      {{}, SectionText::header, header},
      {{}, SectionText::header_fields, header},
      {{}, SectionText::text, message.substr(header.size())},
      {{1}, SectionText::all, "one"},
      {{1}, SectionText::mime, "\r\n"},
      {{1}, SectionText::header, "NIL"},
      {{1}, SectionText::text, "NIL"},
      {{2}, SectionText::all, "Subject: inner\r\n\r\ntwo"},
      {{2}, SectionText::mime, "Content-Type: message/rfc822\r\n\r\n"},
      {{2}, SectionText::header, "Subject: inner\r\n\r\n"},
      {{2}, SectionText::text, "two"},
      {{2, 1}, SectionText::all, "two"},
      {{3}, SectionText::all, "NIL"},
      {{1, 1, 1, 1}, SectionText::all, "NIL"},
  };
  for (const Row& row : rows) EXPECT_EQ(find(row.part, row.text), row.bytes) << row.bytes;
}

TEST(Section, IsCutAsAsked) {
  EXPECT_EQ(cut({10, 20}, std::nullopt), (Octets{10, 20}));
  EXPECT_EQ(cut({10, 20}, imap::Partial{0, 5}), (Octets{10, 15}));
  EXPECT_EQ(cut({10, 20}, imap::Partial{8, 5}), (Octets{18, 20}));
  EXPECT_EQ(cut({10, 20}, imap::Partial{99, 5}), (Octets{20, 20}));
  EXPECT_EQ(cut({10, 20}, imap::Partial{0, 4294967295}), (Octets{10, 20}));
}

TEST(Section, ChoosesFields) {
  const std::string header = "From: a\r\nTO: b\r\n c\r\nno field\r\nSubject: d\r\n\r\n";
  using enum Choose;
  EXPECT_EQ(choose_fields(header, {"to"}, these), "TO: b\r\n c\r\n\r\n");
  EXPECT_EQ(choose_fields(header, {"Subject", "FROM"}, these), "From: a\r\nSubject: d\r\n\r\n");
  EXPECT_EQ(choose_fields(header, {"to", "none"}, all_but_these), "From: a\r\nSubject: d\r\n\r\n");
  EXPECT_EQ(choose_fields(header, {"none"}, these), "\r\n");
  EXPECT_EQ(choose_fields("A: b", {"a"}, these), "A: b\r\n\r\n");
  EXPECT_EQ(choose_fields("", {"a"}, all_but_these), "\r\n");
}

}  // namespace
}  // namespace pillarbox::imapd
