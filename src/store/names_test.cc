#include "store/names.h"

#include <gtest/gtest.h>

namespace pillarbox::store {
namespace {

TEST(Names, AreWrittenOneWay) {
  EXPECT_EQ(canonical_mailbox_name("inbox").value(), "INBOX");
  EXPECT_EQ(canonical_mailbox_name("iNboX/a").value(), "INBOX/a");
  EXPECT_EQ(canonical_mailbox_name("inboxes").value(), "inboxes");
  EXPECT_EQ(canonical_mailbox_name("a/inbox").value(), "a/inbox");
  EXPECT_EQ(canonical_mailbox_name("Entw\u00fcrfe").value(), "Entw\u00fcrfe");
}

TEST(Names, KnowWhatLiesAboveAndBelow) {
  EXPECT_EQ(superiors_of("a/b/c"), (std::vector<std::string>{"a", "a/b"}));
  EXPECT_TRUE(superiors_of("a").empty());
  EXPECT_TRUE(is_inferior("a/b", "a"));
  EXPECT_FALSE(is_inferior("ab", "a"));
  EXPECT_FALSE(is_inferior("a", "a"));
}

TEST(Names, SortInboxFirst) {
  EXPECT_TRUE(comes_before("INBOX", "A"));
  EXPECT_FALSE(comes_before("A", "INBOX"));
  EXPECT_FALSE(comes_before("INBOX", "INBOX"));
  EXPECT_TRUE(comes_before("A", "B"));
}

}  // namespace
}  // namespace pillarbox::store
