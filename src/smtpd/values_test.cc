// Small values: trace ids, replies to errors.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "smtpd/replies.h"
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
