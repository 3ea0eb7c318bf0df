#include "imapd/commands.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/imap/sequence_set.h"

namespace pillarbox::imapd {
namespace {

constexpr Situation stranger{.state = State::not_authenticated, .allows_plaintext_auth = true};
constexpr Situation user{.state = State::authenticated};
constexpr Situation reader{.state = State::selected, .is_read_only = true, .messages = 3};
constexpr Situation writer{.state = State::selected, .messages = 3};
constexpr Situation empty{.state = State::selected, .messages = 0};

imap::SequenceSet set(std::string_view text) { return *imap::SequenceSet::parse(text); }

std::string answer(const imap::Command& command, const Situation& situation) {
  const auto refusal = refuse(command, situation);
  if (!refusal) return "";
  return refusal->condition == imap::Condition::bad ? "BAD" : "NO " + refusal->code;
}

TEST(Refuse, NeedsTheRightState) {
  struct Row {
    imap::Command command;
    std::string stranger, user, writer;
  };
  const std::vector<Row> rows = {
      {imap::Capability{}, "", "", ""},
      {imap::Noop{}, "", "", ""},
      {imap::Logout{}, "", "", ""},
      {imap::ClientId{}, "", "", ""},
      {imap::Login{}, "", "BAD", "BAD"},
      {imap::Authenticate{}, "", "BAD", "BAD"},
      {imap::Enable{}, "BAD", "", ""},
      {imap::Select{}, "BAD", "", ""},
      {imap::Create{}, "BAD", "", ""},
      {imap::Delete{}, "BAD", "", ""},
      {imap::Rename{}, "BAD", "", ""},
      {imap::Subscribe{}, "BAD", "", ""},
      {imap::Unsubscribe{}, "BAD", "", ""},
      {imap::List{}, "BAD", "", ""},
      {imap::Lsub{}, "BAD", "", ""},
      {imap::Namespace{}, "BAD", "", ""},
      {imap::Status{}, "BAD", "", ""},
      {imap::Append{}, "BAD", "", ""},
      {imap::Idle{}, "BAD", "", ""},
      {imap::Check{}, "BAD", "BAD", ""},
      {imap::Close{}, "BAD", "BAD", ""},
      {imap::Unselect{}, "BAD", "BAD", ""},
      {imap::Expunge{}, "BAD", "BAD", ""},
      {imap::Search{}, "BAD", "BAD", ""},
      {imap::Fetch{.messages = set("1")}, "BAD", "BAD", ""},
      {imap::Store{.messages = set("1")}, "BAD", "BAD", ""},
      {imap::Copy{.messages = set("1")}, "BAD", "BAD", ""},
      {imap::Move{.messages = set("1")}, "BAD", "BAD", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row_of(row.command).name);
    EXPECT_EQ(answer(row.command, stranger), row.stranger);
    EXPECT_EQ(answer(row.command, user), row.user);
    EXPECT_EQ(answer(row.command, writer), row.writer);
  }
}

TEST(Refuse, TakesPasswordsOverTlsOnlyUnlessToldOtherwise) {
  const Situation clear{.state = State::not_authenticated, .offers_tls = true};
  const Situation secure{.state = State::not_authenticated, .is_tls = true, .offers_tls = true};
  EXPECT_EQ(answer(imap::Login{}, clear), "NO PRIVACYREQUIRED");
  EXPECT_EQ(answer(imap::Authenticate{}, clear), "NO PRIVACYREQUIRED");
  EXPECT_EQ(answer(imap::Login{}, secure), "");
  EXPECT_EQ(answer(imap::StartTls{}, clear), "");
  EXPECT_EQ(answer(imap::StartTls{}, secure), "BAD");
  EXPECT_EQ(answer(imap::StartTls{}, stranger), "BAD");
}

TEST(Refuse, ChangesNothingThatWasOpenedReadOnly) {
  EXPECT_EQ(answer(imap::Expunge{}, reader), "NO READ-ONLY");
  EXPECT_EQ(answer(imap::Store{.messages = set("1")}, reader), "NO READ-ONLY");
  EXPECT_EQ(answer(imap::Move{.messages = set("1")}, reader), "NO READ-ONLY");
  EXPECT_EQ(answer(imap::Copy{.messages = set("1")}, reader), "");
  EXPECT_EQ(answer(imap::Close{}, reader), "");
}

TEST(Refuse, KnowsTheNumbersOfMessages) {
  using enum imap::Numbers;
  struct Row {
    std::string messages;
    imap::Numbers numbers;
    Situation situation;
    std::string answer;
  };
  const std::vector<Row> rows = {
      {"3", sequence, writer, ""},   {"4", sequence, writer, "BAD"},  {"1:4", sequence, writer, "BAD"},
      {"*", sequence, writer, ""},   {"2:*", sequence, writer, ""},   {"9:*", sequence, writer, "BAD"},
      {"*", sequence, empty, "BAD"}, {"1:*", sequence, empty, "BAD"}, {"4", uid, writer, ""},
      {"1:*", uid, empty, ""},       {"4294967295", uid, writer, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.messages);
    EXPECT_EQ(answer(imap::Fetch{.numbers = row.numbers, .messages = set(row.messages)}, row.situation),
              row.answer);
  }
}

}  // namespace
}  // namespace pillarbox::imapd
