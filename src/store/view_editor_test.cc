#include "store/view_editor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace pillarbox::store {
namespace {

Message message(std::uint32_t uid) {
  return {.uid = Uid{uid},
          .flags = Flags{uid % 7},
          .modseq = ModSeq{uid},
          .internal_date = Time{std::chrono::milliseconds{uid * 1000}},
          .saved = Time{std::chrono::milliseconds{uid * 2000}},
          .size = uid * 3,
          .body = BodyId{uid * 5}};
}

bool are_equal(const Message& a, const Message& b) {
  return a.uid == b.uid && a.flags == b.flags && a.modseq == b.modseq && a.internal_date == b.internal_date &&
         a.saved == b.saved && a.size == b.size && a.body == b.body;
}

void expect_shows(const MailboxView& view, const std::vector<Message>& expected) {
  ASSERT_EQ(view.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_TRUE(are_equal(view.at(i), expected[i])) << i;
    ASSERT_EQ(view.index_of(expected[i].uid), i);
  }
  for (const auto& chunk : view.chunks) ASSERT_GT(chunk->count, 0u);
}

TEST(ViewEditor, SnapshotsNeverChangeWhateverIsEditedLater) {
  std::mt19937 random(4711);
  ViewEditor editor(MailboxId{1}, UidValidity{1});
  std::vector<Message> model;
  std::vector<std::pair<std::shared_ptr<const MailboxView>, std::vector<Message>>> snapshots;
  std::uint32_t next = 1;
  for (int step = 0; step < 600; ++step) {
    switch (random() % 4) {
      case 0:
      case 1:
        for (unsigned n = random() % 40; n > 0; --n) {
          model.push_back(message(next++));
          editor.append(model.back());
        }
        break;
      case 2:
        for (unsigned n = random() % 10; n > 0 && !model.empty(); --n) {
          const std::size_t i = random() % model.size();
          model[i].flags = Flags{random()};
          model[i].modseq = ModSeq{random()};
          editor.set_flags(i, model[i].flags, model[i].modseq);
        }
        break;
      default: {
        std::vector<Uid> gone;
        const std::uint32_t from = random() % (next + 1);
        for (std::uint32_t uid = from; uid < from + random() % 300; uid += 1 + random() % 3)
          gone.push_back(Uid{uid});
        editor.remove(gone);
        std::erase_if(model, [&](const Message& m) { return std::ranges::binary_search(gone, m.uid); });
      }
    }
    if (random() % 5 == 0) snapshots.emplace_back(editor.freeze(), model);
  }
  ASSERT_GT(model.size(), 1024u);
  snapshots.emplace_back(editor.freeze(), model);
  for (const auto& [view, expected] : snapshots) expect_shows(*view, expected);
}

TEST(ViewEditor, ForksGoTheirOwnWays) {
  ViewEditor one(MailboxId{1}, UidValidity{1});
  for (std::uint32_t uid = 1; uid <= 10; ++uid) one.append(message(uid));
  ViewEditor two = one.fork();
  one.append(message(11));
  two.append(message(12));
  one.set_flags(0, Flags{1}, ModSeq{100});
  two.set_flags(0, Flags{2}, ModSeq{200});
  two.set_flags(1, Flags{3}, ModSeq{201});
  EXPECT_EQ(one.at(10).uid, Uid{11});
  EXPECT_EQ(two.at(10).uid, Uid{12});
  EXPECT_EQ(one.at(0).flags, Flags{1});
  EXPECT_EQ(two.at(0).flags, Flags{2});
  EXPECT_EQ(one.at(1).flags, message(2).flags);
}

TEST(ViewEditor, EditsASnapshotOfItsOwnAndManyExpungesLeaveNoCrumbs) {
  ViewEditor first(MailboxId{1}, UidValidity{1});
  for (std::uint32_t uid = 1; uid <= 8192; ++uid) first.append(message(uid));
  ViewEditor editor(*first.freeze());
  std::vector<Uid> most;
  for (std::uint32_t uid = 1; uid <= 8192; ++uid) {
    if (uid % 64 != 0) most.push_back(Uid{uid});
  }
  editor.remove(most);
  const auto view = editor.freeze();
  EXPECT_EQ(view->size(), 128u);
  EXPECT_EQ(view->chunks.size(), 1u);
  EXPECT_EQ(view->at(127).uid, Uid{8192});
  EXPECT_EQ(view->lower_bound(Uid{65}), 1u);
}

}  // namespace
}  // namespace pillarbox::store
