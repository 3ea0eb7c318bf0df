#include "mail/envelope.h"

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

TEST(Envelope, TakesTheFieldsNearlyRaw) {
  const Envelope envelope = parse_envelope(
      "From: Joe <joe@example.org>\r\nTo: a@b,\r\n c@d\r\nTO: e@f\r\nCc:\r\nBcc: g@h\r\nReply-To: r@s\r\n"
      "Date:  Fri, 20 Nov 2026 \r\nSubject: =?utf-8?q?a?=\r\n\tb\r\nMessage-ID: <1@x>\r\nIn-Reply-To: "
      "<2@x>\r\n <3@x>\r\n"
      "\r\nSubject: body\r\n");
  EXPECT_EQ(envelope.date, "Fri, 20 Nov 2026");
  EXPECT_EQ(envelope.subject, "=?utf-8?q?a?=\tb");
  EXPECT_EQ(envelope.message_id, "<1@x>");
  EXPECT_EQ(envelope.in_reply_to, "<2@x> <3@x>");
  ASSERT_EQ(envelope.to.size(), 3u);
  EXPECT_EQ(envelope.to[2].address(), "e@f");
  EXPECT_TRUE(envelope.cc.empty());
  EXPECT_EQ(envelope.bcc.size(), 1u);
  EXPECT_EQ(envelope.sender, envelope.from);
  ASSERT_EQ(envelope.reply_to.size(), 1u);
  EXPECT_EQ(envelope.reply_to[0].address(), "r@s");
}

TEST(Envelope, TellsMissingFromEmptyAndTakesTheLastOfTwo) {
  const Envelope envelope = parse_envelope("Subject: one\r\nSubject:\r\n");
  EXPECT_EQ(envelope.subject, "");
  EXPECT_FALSE(envelope.date || envelope.message_id || envelope.in_reply_to);
  EXPECT_TRUE(envelope.from.empty() && envelope.sender.empty() && envelope.reply_to.empty());
}

}  // namespace
}  // namespace pillarbox::mail
