// Small values: trace ids, SASL PLAIN's message, replies to errors.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "smtpd/replies.h"
#include "smtpd/sasl_plain.h"
#include "smtpd/trace_id.h"

namespace pillarbox::smtpd {
namespace {

TEST(TraceIds, AreUniqueAndSortByTime) {
  TraceIds ids(0xFFFF'FFFF'FFFF'FFF0);
  std::set<std::string> seen;
  std::string last;
  for (int i = 0; i < 100; ++i) {
    const std::string id = ids.make(Time{std::chrono::milliseconds(1'795'165'669'123 + i)});
    EXPECT_EQ(id.size(), 16u);
    EXPECT_GT(id, last);
    EXPECT_TRUE(seen.insert(id).second);
    last = id;
  }
}

TEST(SaslPlain, ReadsItsOneMessage) {
  using namespace std::string_literals;
  const auto login = parse_sasl_plain("\0anna\0se cret"s);
  ASSERT_TRUE(login);
  EXPECT_EQ(login->authorization, "");
  EXPECT_EQ(login->authentication, "anna");
  EXPECT_EQ(login->password, "se cret");
  EXPECT_EQ(parse_sasl_plain("bob\0anna\0x"s)->authorization, "bob");
  for (const auto& bad : {""s, "anna"s, "\0anna"s, "\0\0x"s, "\0anna\0"s, "\0anna\0x\0"s, "\0an\xff\0x"s}) {
    EXPECT_FALSE(parse_sasl_plain(bad)) << bad;
  }
}

TEST(Replies, TellTemporaryFromPermanent) {
  using store::ErrorKind;
  for (const auto kind : {ErrorKind::disk_full, ErrorKind::io, ErrorKind::read_only, ErrorKind::limit,
                          ErrorKind::corrupt, ErrorKind::not_found}) {
    const Reply reply = replies::of(store::Error{kind, "private"});
    EXPECT_EQ(reply.code / 100, 4);
    EXPECT_FALSE(reply.text.contains("private"));
  }
  EXPECT_EQ(replies::of(route::Refusal::temporary).code / 100, 4);
  EXPECT_EQ(replies::of(route::Refusal::unknown_user).code, 550);
  EXPECT_EQ(replies::of(accounts::LoginError::refused).code, 535);
  EXPECT_EQ(replies::of(accounts::LoginError::unavailable).code, 454);
}

}  // namespace
}  // namespace pillarbox::smtpd
