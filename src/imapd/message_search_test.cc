#include "imapd/message_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pillarbox::imapd {
namespace {

using About = Question::About;

const std::string header =
    "From: =?iso-8859-1?Q?J=F6rg?= <joerg@house.example>\r\n"
    "Subject: one\r\n two\r\n"
    "Date: Sun, 1 Nov 2026 23:30:00 -0500\r\n"
    "X-Twice: a\r\nX-Twice: b\r\n"
    "\r\n";

Tri ask(Question question) {
  std::vector<Question> questions = {std::move(question)};
  std::vector<Tri> answers = {Tri::unknown};
  ask_header_block(header, questions, answers);
  return answers.front();
}

Tri has_field(std::string field, std::string_view text) {
  return ask({.about = About::field,
              .field = std::move(field),
              .matcher = mail::TextMatcher(text),
              .is_any_value = text.empty()});
}

TEST(AskHeader, LooksIntoFields) {
  EXPECT_EQ(has_field("from", "j\xc3\x96rg"), Tri::yes);
  EXPECT_EQ(has_field("from", "JOERG@"), Tri::yes);
  EXPECT_EQ(has_field("from", "anna"), Tri::no);
  EXPECT_EQ(has_field("subject", "one two"), Tri::yes);
  EXPECT_EQ(has_field("x-twice", "b"), Tri::yes);
  EXPECT_EQ(has_field("x-twice", "ab"), Tri::no);
  EXPECT_EQ(has_field("x-twice", ""), Tri::yes);
  EXPECT_EQ(has_field("x-none", ""), Tri::no);
}

TEST(AskHeader, LeavesTheBodyToTheBody) {
  EXPECT_EQ(ask({.about = About::text, .matcher = mail::TextMatcher("one two")}), Tri::yes);
  EXPECT_EQ(ask({.about = About::text, .matcher = mail::TextMatcher("X-TWICE: a")}), Tri::yes);
  EXPECT_EQ(ask({.about = About::text, .matcher = mail::TextMatcher("hello")}), Tri::unknown);
  EXPECT_EQ(ask({.about = About::body, .matcher = mail::TextMatcher("one")}), Tri::unknown);
}

TEST(AskHeader, ComparesTheDayAsWritten) {
  using enum imap::search::Comparison;
  const auto day = [](unsigned d) {
    return imap::Date(std::chrono::year(2026), std::chrono::November, std::chrono::day(d));
  };
  const auto sent = [](imap::search::Comparison comparison, imap::Date date) {
    return ask({.about = About::sent_date, .sent = {comparison, date}});
  };
  EXPECT_EQ(sent(on, day(1)), Tri::yes);
  EXPECT_EQ(sent(on, day(2)), Tri::no);
  EXPECT_EQ(sent(before, day(2)), Tri::yes);
  EXPECT_EQ(sent(before, day(1)), Tri::no);
  EXPECT_EQ(sent(since, day(1)), Tri::yes);
  EXPECT_EQ(sent(since, day(2)), Tri::no);
}

}  // namespace
}  // namespace pillarbox::imapd
