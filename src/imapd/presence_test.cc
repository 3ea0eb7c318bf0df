#include "imapd/presence.h"

#include <gtest/gtest.h>

#include <utility>

namespace pillarbox::imapd {
namespace {

TEST(Presence, CountsWhileTicketsLive) {
  Presence presence;
  {
    auto first = presence.enter("carol", 2);
    ASSERT_TRUE(first);
    auto second = presence.enter("carol", 2);
    ASSERT_TRUE(second);
    EXPECT_FALSE(presence.enter("carol", 2));
    EXPECT_TRUE(presence.enter("anna", 2));
    const Presence::Ticket moved = *std::move(second);
    EXPECT_EQ(presence.count("carol"), 2u);
  }
  EXPECT_EQ(presence.count("carol"), 0u);
  EXPECT_EQ(presence.count("anna"), 0u);
}

}  // namespace
}  // namespace pillarbox::imapd
