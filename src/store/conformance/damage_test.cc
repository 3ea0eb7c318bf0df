// What a store makes of files that somebody or something has damaged, and what the doctor says and does.
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "store/conformance/model_test.h"
#include "store/journal/doctor.h"
#include "store/journal/fake_disk_test.h"
#include "store/journal/store.h"

namespace pillarbox::store::conformance {
namespace {

using journal::Examined;
using journal::FakeDisk;
using journal::Finding;
using journal::JournalStore;
using testing::HasSubstr;
using testing::IsEmpty;

class Damage : public testing::Test {
 protected:
  Damage() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-damage-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open();
    const AccountId alice = run(store_->open_account("alice")).value();
    inbox_ = run(store_->account(alice)).value()->find("INBOX")->id;
  }
  ~Damage() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    journal::Settings settings;
    settings.segment_bytes = journal::least_segment_bytes;
    settings.index_delay = std::chrono::milliseconds(0);
    auto opened = JournalStore::open(folder_, settings, clock_, disk_);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    store_ = std::move(*opened);
  }
  void close() { store_.reset(); }
  void lose_index() { std::filesystem::remove(folder_ + "/index.db"); }

  std::optional<ErrorKind> append(const std::string& bytes) {
    const Step step{.bodies = {bytes},
                    .operations = {Append{.mailbox = inbox_, .internal_date = clock_.now()}}};
    return perform(*store_, step).refusal;
  }
  std::string read(std::uint32_t uid) {
    const auto shown = run(store_->view(inbox_));
    if (!shown) return "error: " + shown.error().detail;
    const auto view = *shown;
    const auto index = view->index_of(Uid{uid});
    if (!index) return "missing";
    const auto opened = run(store_->body(view->at(*index).body));
    if (!opened) return "error: " + opened.error().detail;
    const auto bytes = run((*opened)->read(0, (*opened)->size()));
    return bytes ? std::string(*bytes) : "error: " + bytes.error().detail;
  }

  // Flips a bit of the first place where a file of the store has these bytes; that file's name.
  std::string damage(std::string_view bytes) {
    for (const auto& path : disk_.paths()) {
      std::string content = disk_.content(path);
      const auto at = content.find(bytes);
      if (at == std::string::npos) continue;
      content[at] = static_cast<char>(content[at] ^ 4);
      disk_.set_content(path, std::move(content));
      return path;
    }
    ADD_FAILURE() << bytes;
    return "";
  }

  Examined examine() {
    auto result = journal::examine(folder_, disk_, [](auto&&...) {});
    EXPECT_TRUE(result.has_value()) << result.error().detail;
    return *result;
  }
  std::vector<Finding> rebuild() {
    auto result = journal::rebuild_index(folder_, disk_);
    EXPECT_TRUE(result.has_value()) << result.error().detail;
    return *result;
  }

  ManualClock clock_{Model::time_of_step(0)};
  std::string folder_;
  FakeDisk disk_;
  std::unique_ptr<JournalStore> store_;
  MailboxId inbox_;
};

TEST_F(Damage, AHealthyStoreHasNothingToReport) {
  for (int i = 0; i < 30; ++i)
    ASSERT_EQ(append(std::string(static_cast<std::size_t>(i) * 12'000, 'x')), std::nullopt);
  store_->maintain();
  close();
  for (const auto lost : {false, true}) {
    if (lost) lose_index();
    const Examined found = examine();
    EXPECT_THAT(found.findings, IsEmpty()) << found.findings[0].what;
    EXPECT_EQ(found.messages, 30u);
    EXPECT_EQ(found.bodies, 30u);
  }
  EXPECT_THAT(rebuild(), IsEmpty());
}

// The index was written bit by bit, the one it is compared with at once: they must come to the same.
TEST_F(Damage, WhateverWasDoneIsHealthy) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    clock_.advance(std::chrono::seconds(1));
    perform(*store_, random_step(random, *store_));
    if (i % 50 == 49) {
      close();
      open();
    }
  }
  close();
  const Examined found = examine();
  EXPECT_THAT(found.findings, IsEmpty()) << found.findings[0].what;
  EXPECT_GT(found.messages, 0u);
}

TEST_F(Damage, ADeletedMailboxIsHealthy) {
  const AccountId alice = run(store_->open_account("alice")).value();
  const Step made = {.operations = {CreateMailbox{.account = alice, .name = "Gone"}}};
  const MailboxId inbox = inbox_;
  inbox_ = std::get<Created>(perform(*store_, made).receipt.answers[0]).mailbox;
  ASSERT_EQ(append("a message"), std::nullopt);
  close();
  open();
  const Step deleted = {.operations = {DeleteMailbox{.mailbox = inbox_}}};
  ASSERT_EQ(perform(*store_, deleted).refusal, std::nullopt);
  inbox_ = inbox;
  close();
  const Examined found = examine();
  EXPECT_THAT(found.findings, IsEmpty()) << found.findings[0].what;
}

TEST_F(Damage, OneMessageIsCorruptAndTheRestIsServed) {
  append("the first message");
  append("the second message");
  append(std::string(300'000, 'z') + "large");
  close();
  const std::string file = damage("the first");
  const std::string body_file = damage("zzzzlarge");
  open();
  EXPECT_THAT(store_->damage(), IsEmpty());
  EXPECT_THAT(read(1), HasSubstr("00000001.seg"));
  EXPECT_EQ(read(2), "the second message");
  EXPECT_THAT(read(3), HasSubstr(".body"));
  EXPECT_EQ(append("the fourth"), std::nullopt);
  close();
  const auto findings = examine().findings;
  ASSERT_EQ(findings.size(), 3u);  // as a record, and as a message that is kept; and the file
  EXPECT_EQ(findings[0].file, file);
  EXPECT_THAT(findings[0].what, HasSubstr("damaged"));
  EXPECT_GT(findings[0].offset, 0u);
  EXPECT_EQ(findings[1].file, body_file);
  EXPECT_EQ(findings[2].file, file);
}

TEST_F(Damage, WhatWasAcknowledgedIsMissedWithoutAnIndexToo) {
  append("the first message");
  append("the second message");
  close();
  lose_index();
  const std::string file = damage("the first");
  open();
  ASSERT_EQ(store_->damage().size(), 1u);
  EXPECT_EQ(store_->damage()[0].file, file);
  EXPECT_GT(store_->damage()[0].offset, 4096u);
  EXPECT_TRUE(store_->is_read_only());
  EXPECT_EQ(append("another"), ErrorKind::read_only);
  EXPECT_EQ(read(2), "the second message");
  close();
  // Whoever has no backup accepts it.
  EXPECT_EQ(rebuild().size(), 1u);
  open();
  EXPECT_THAT(store_->damage(), IsEmpty());
  EXPECT_EQ(append("another"), std::nullopt);
  EXPECT_EQ(read(2), "the second message");
  EXPECT_EQ(read(3), "another");
}

TEST_F(Damage, LostChangesAreNotCounted) {
  append("the first message");
  for (int i = 0; i < 3; ++i) append("another message");
  close();
  // The changes record of the first one: both its texts stand there, the body's doesn't.
  const std::string path = folder_ + "/journal/00000001.seg";
  std::string content = disk_.content(path);
  const std::size_t changes = content.find("PBXR\x02", content.find("the first message"));
  ASSERT_NE(changes, std::string::npos);
  content[changes + 40] = static_cast<char>(content[changes + 40] ^ 1);
  disk_.set_content(path, content);
  lose_index();
  open();
  EXPECT_EQ(store_->damage().size(), 1u);
  EXPECT_EQ(read(1), "missing");
  EXPECT_EQ(read(2), "another message");
  EXPECT_EQ(run(store_->status(inbox_)).value().messages, 3u);
  close();
  rebuild();
  open();
  EXPECT_EQ(append("one more"), std::nullopt);
  EXPECT_EQ(run(store_->status(inbox_)).value().messages, 4u);
  EXPECT_EQ(read(5), "one more");
  close();
  lose_index();  // the snapshot remembers what was accepted
  open();
  EXPECT_THAT(store_->damage(), IsEmpty());
  EXPECT_EQ(read(5), "one more");
}

TEST_F(Damage, AnEndThatTheIndexKnowsIsMissed) {
  append("the first message");
  append("the last message");
  close();
  damage("the last");
  open();
  // The index has applied it, so nothing is read again: the loss shows where it is.
  ASSERT_EQ(store_->damage().size(), 1u);
  EXPECT_THAT(store_->damage()[0].what, HasSubstr("acknowledged"));
  EXPECT_TRUE(store_->is_read_only());
  EXPECT_EQ(read(1), "the first message");
  close();
  rebuild();
  open();
  EXPECT_FALSE(store_->is_read_only());
  EXPECT_EQ(read(1), "the first message");
  EXPECT_EQ(append("another"), std::nullopt);
}

TEST_F(Damage, ALostHeaderIsNeverTakenForAnEmptySegment) {
  append("the first message");
  close();
  const std::string path = folder_ + "/journal/00000001.seg";
  std::string content = disk_.content(path);
  content[9] = '?';
  content[2048 + 9] = '?';
  disk_.set_content(path, content);
  open();
  ASSERT_FALSE(store_->damage().empty());
  EXPECT_EQ(store_->damage()[0].file, path);
  EXPECT_EQ(append("another"), ErrorKind::read_only);
  EXPECT_EQ(disk_.content(path), content);
  close();
  EXPECT_FALSE(rebuild().empty());
  open();
  EXPECT_THAT(store_->damage(), IsEmpty());
  EXPECT_EQ(disk_.content(path + ".damaged"), content);
}

TEST_F(Damage, AnIndexThatIsNoneIsMadeAnew) {
  append("the first message");
  close();
  for (const auto* suffix : {"-wal", "-shm"}) std::filesystem::remove(folder_ + "/index.db" + suffix);
  std::ofstream(folder_ + "/index.db") << std::string(20'000, '?');
  std::ofstream(folder_ + "/cache.db") << std::string(20'000, '?');
  open();
  EXPECT_THAT(store_->damage(), IsEmpty());
  EXPECT_EQ(read(1), "the first message");
  store_->cache(BodyId{1}, "works");
  EXPECT_EQ(run(store_->cached({BodyId{1}}))[0], "works");
}

TEST_F(Damage, AnIndexThatLiesIsFoundOut) {
  for (int i = 0; i < 5; ++i) append("message");
  close();
  for (const auto* lie :
       {"UPDATE mailboxes SET unseen = 3 WHERE name = 'INBOX'",
        "UPDATE bodies SET place = place + 8 WHERE id = 2", "DELETE FROM subscriptions WHERE name = 'Sent'",
        "DELETE FROM marks", "UPDATE accounts SET name = 'eve'"}) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ + "/index.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, lie, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    const auto findings = examine().findings;
    ASSERT_FALSE(findings.empty()) << lie;
    EXPECT_TRUE(
        std::ranges::any_of(findings, [&](const auto& f) { return f.file == folder_ + "/index.db"; }));
    rebuild();
    EXPECT_THAT(examine().findings, IsEmpty());
  }
  open();
  EXPECT_EQ(read(2), "message");
}

TEST_F(Damage, TheLockKeepsOthersOut) {
  const auto second = JournalStore::open(folder_, {}, clock_, disk_);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().detail, HasSubstr("another process"));
  EXPECT_FALSE(journal::examine(folder_, disk_, [](auto&&...) {}).has_value());
  EXPECT_EQ(append("still works"), std::nullopt);
}

TEST_F(Damage, ASnapshotThatIsBrokenIsSaid) {
  for (int i = 0; i < 12; ++i) append(std::string(200'000, 'x'));
  const Step expunge{.operations = {StoreFlags{inbox_,
                                               {Uid{1}, Uid{2}, Uid{3}, Uid{4}, Uid{5}},
                                               StoreFlags::Mode::add,
                                               {.system = Flags::deleted},
                                               {}},
                                    Expunge{inbox_, {Uid{1}, Uid{2}, Uid{3}, Uid{4}, Uid{5}}}}};
  perform(*store_, expunge);
  clock_.advance(std::chrono::days(8));
  store_->maintain();
  close();
  std::string snapshot;
  for (const auto& path : disk_.paths()) {
    if (path.ends_with(".snapshot")) snapshot = path;
  }
  ASSERT_FALSE(snapshot.empty());
  std::string content = disk_.content(snapshot);
  content[content.size() - 100] = static_cast<char>(content[content.size() - 100] ^ 1);
  disk_.set_content(snapshot, content);
  open();  // needs no snapshot
  EXPECT_EQ(read(12), std::string(200'000, 'x'));
  close();
  lose_index();
  const auto opened = JournalStore::open(folder_, {}, clock_, disk_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().detail, HasSubstr(snapshot));
}

}  // namespace
}  // namespace pillarbox::store::conformance
