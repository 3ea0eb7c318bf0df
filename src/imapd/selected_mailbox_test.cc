#include "imapd/selected_mailbox.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "imapd/message_walk.h"
#include "store/view_editor.h"

namespace pillarbox::imapd {
namespace {

using store::Uid;

// Uids 10, 20, … 10 × messages.
Snapshot snapshot(std::uint32_t messages) {
  store::ViewEditor editor(store::MailboxId{1}, store::UidValidity{1});
  for (std::uint32_t n = 1; n <= messages; ++n)
    editor.append({.uid = Uid{10 * n}, .modseq = store::ModSeq{1}});
  editor.uid_next = Uid{10 * messages + 1};
  return editor.freeze();
}

SelectedMailbox mailbox(std::uint32_t messages) {
  return SelectedMailbox(imap::Access::read_write, snapshot(messages));
}

TEST(SelectedMailbox, FindsMessagesByNumber) {
  struct Row {
    std::string set;
    imap::Numbers numbers;
    std::vector<IndexRange> indices;
  };
  using enum imap::Numbers;
  const std::vector<Row> rows = {
      {"1", sequence, {{0, 1}}},       {"5", sequence, {{4, 5}}},
      {"2:4", sequence, {{1, 4}}},     {"*", sequence, {{4, 5}}},
      {"4:*", sequence, {{3, 5}}},     {"3,1", sequence, {{0, 1}, {2, 3}}},
      {"10", uid, {{0, 1}}},           {"11", uid, {}},
      {"11:39", uid, {{1, 3}}},        {"*", uid, {{4, 5}}},
      {"99:*", uid, {{4, 5}}},         {"51:99", uid, {}},
      {"1:4294967295", uid, {{0, 5}}}, {"10,30,50", uid, {{0, 1}, {2, 3}, {4, 5}}},
  };
  const SelectedMailbox five = mailbox(5);
  for (const Row& row : rows) {
    EXPECT_EQ(five.indices_of(*imap::SequenceSet::parse(row.set), row.numbers), row.indices) << row.set;
  }
  EXPECT_TRUE(mailbox(0).indices_of(*imap::SequenceSet::parse("1:*"), uid).empty());
}

TEST(SelectedMailbox, ListsUidsAcrossChunks) {
  const SelectedMailbox large = mailbox(3000);
  const auto uids = large.uids_of(*imap::SequenceSet::parse("1000:1100,2048:2049"), imap::Numbers::sequence);
  ASSERT_EQ(uids.size(), 103u);
  EXPECT_EQ(uids.front(), Uid{10000});
  EXPECT_EQ(uids[100], Uid{11000});
  EXPECT_EQ(uids[101], Uid{20480});
}

TEST(MessageWalk, VisitsWhatTheRangesName) {
  const auto view = snapshot(3000);
  const std::vector<IndexRange> ranges = {{0, 2}, {1023, 1026}, {2999, 3000}};
  std::vector<std::pair<std::size_t, std::uint32_t>> seen;
  for (MessageWalk walk(*view, ranges); !walk.at_end(); walk.step()) {
    seen.emplace_back(walk.index(), walk.chunk().uids[walk.within()]);
  }
  EXPECT_EQ(seen, (std::vector<std::pair<std::size_t, std::uint32_t>>{
                      {0, 10}, {1, 20}, {1023, 10240}, {1024, 10250}, {1025, 10260}, {2999, 30000}}));
}

TEST(SelectedMailbox, CountsRecentMessagesThatAreThere) {
  SelectedMailbox five = mailbox(5);
  EXPECT_EQ(five.recent_count(), 0u);
  five.add_recent(Uid{40});
  EXPECT_EQ(five.recent_count(), 2u);
  EXPECT_TRUE(five.is_recent(Uid{50}));
  EXPECT_FALSE(five.is_recent(Uid{30}));
  five.know(snapshot(4));
  EXPECT_EQ(five.recent_count(), 1u);
  five.add_recent(Uid{41});  // nothing from there on
  EXPECT_EQ(five.recent_count(), 1u);
}

}  // namespace
}  // namespace pillarbox::imapd
