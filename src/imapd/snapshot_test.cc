#include "imapd/snapshot.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "store/view_editor.h"

namespace pillarbox::imapd {
namespace {

using store::Flags;
using store::ModSeq;
using store::Uid;
using store::ViewEditor;

ViewEditor mailbox(std::uint32_t messages) {
  ViewEditor editor(store::MailboxId{1}, store::UidValidity{1});
  for (std::uint32_t uid = 1; uid <= messages; ++uid) {
    editor.append({.uid = Uid{uid}, .modseq = ModSeq{1}, .size = uid, .body = store::BodyId{uid}});
  }
  editor.uid_next = Uid{messages + 1};
  return editor;
}

std::vector<std::uint32_t> uids_of(const store::MailboxView& view) {
  std::vector<std::uint32_t> uids;
  for (std::size_t i = 0; i < view.size(); ++i) uids.push_back(view.at(i).uid.value);
  return uids;
}

TEST(Compare, FindsNothingBetweenASnapshotAndItself) {
  const auto view = mailbox(3000).freeze();
  const auto changes = compare(*view, *view);
  EXPECT_TRUE(changes.expunged.empty());
  EXPECT_TRUE(changes.changed.empty());
  EXPECT_EQ(changes.added, 0u);
}

TEST(Compare, FindsWhatWasExpungedChangedAndAdded) {
  ViewEditor editor = mailbox(5);
  const auto before = editor.freeze();
  const Uid gone[] = {Uid{2}, Uid{3}};
  editor.remove(gone);
  editor.set_flags(1, Flags{Flags::seen}, ModSeq{2});  // uid 4
  editor.append({.uid = Uid{6}, .modseq = ModSeq{2}});
  const auto changes = compare(*before, *editor.freeze());
  EXPECT_EQ(changes.expunged, imap::NumberSet({{2, 3}}));
  EXPECT_EQ(changes.changed, std::vector<std::uint32_t>{1});
  EXPECT_EQ(changes.added, 1u);
}

TEST(KeepExpunged, KeepsTheOldPlaces) {
  ViewEditor editor = mailbox(5);
  const auto before = editor.freeze();
  const Uid gone[] = {Uid{2}, Uid{5}};
  editor.remove(gone);
  editor.set_flags(0, Flags{Flags::seen}, ModSeq{2});
  editor.append({.uid = Uid{6}, .modseq = ModSeq{2}});
  const auto kept = keep_expunged(before, editor.freeze());
  EXPECT_EQ(uids_of(*kept), (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(kept->at(0).flags.has(Flags::seen));
  EXPECT_EQ(kept->at(1).body, store::BodyId{2});
}

TEST(KeepExpunged, SharesWhatIsTheSame) {
  ViewEditor editor = mailbox(5000);
  const auto before = editor.freeze();
  EXPECT_EQ(keep_expunged(before, before), before);
  const Uid gone[] = {Uid{2000}};
  editor.remove(gone);
  const auto now = editor.freeze();
  const auto kept = keep_expunged(before, now);
  ASSERT_EQ(kept->size(), 5000u);
  EXPECT_EQ(kept->chunks.front(), before->chunks.front());
  EXPECT_EQ(kept->chunks.back(), before->chunks.back());
  editor.append({.uid = Uid{6000}, .modseq = ModSeq{2}});
  const auto newer = editor.freeze();
  EXPECT_EQ(keep_expunged(now, newer), newer);
}

// Whatever happens between two snapshots: what compare() says is what happened, and a client that is told so,
// with expunges withheld for a while, ends up with the newest snapshot.
TEST(Snapshots, AgreeWithAModel) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    ViewEditor editor = mailbox(random() % 3000);
    std::uint32_t next = editor.uid_next.value;
    std::uint64_t modseq = 1;
    Snapshot client = editor.freeze();
    std::vector<std::uint32_t> client_uids = uids_of(*client);
    for (int step = 0; step < 6; ++step) {
      std::vector<Uid> gone;
      for (std::size_t i = 0; i < editor.size(); ++i) {
        if (random() % 50 == 0) gone.push_back(editor.at(i).uid);
      }
      if (random() % 2 == 0) editor.remove(gone);
      for (std::size_t n = random() % 100; n > 0; --n)
        editor.append({.uid = Uid{next++}, .modseq = ModSeq{++modseq}});
      for (std::size_t n = editor.size() == 0 ? 0 : random() % 100; n > 0; --n) {
        editor.set_flags(random() % editor.size(), Flags{random() % 32}, ModSeq{++modseq});
      }
      editor.uid_next = Uid{next};
      const Snapshot newest = editor.freeze();
      const bool withholds = random() % 2 == 0;
      const Snapshot now = withholds ? keep_expunged(client, newest) : newest;
      const SnapshotChanges changes = compare(*client, *now);
      if (withholds) EXPECT_TRUE(changes.expunged.empty());
      // Tell the client: expunges from the last one down, then what is new.
      for (std::size_t i = changes.expunged.ranges().size(); i-- > 0;) {
        const auto range = changes.expunged.ranges()[i];
        client_uids.erase(client_uids.begin() + range.first - 1, client_uids.begin() + range.last);
      }
      for (std::size_t i = now->size() - changes.added; i < now->size(); ++i) {
        client_uids.push_back(now->at(i).uid.value);
      }
      ASSERT_EQ(client_uids, uids_of(*now));
      std::size_t changed = 0;
      for (std::size_t i = 0; i + changes.added < now->size(); ++i) {
        const auto old = client->index_of(now->at(i).uid);
        ASSERT_TRUE(old);
        changed += client->at(*old).modseq != now->at(i).modseq;
        if (const auto kept = newest->index_of(now->at(i).uid))
          ASSERT_EQ(now->at(i).flags, newest->at(*kept).flags);
      }
      ASSERT_EQ(changes.changed.size(), changed);
      client = now;
    }
  }
}

}  // namespace
}  // namespace pillarbox::imapd
