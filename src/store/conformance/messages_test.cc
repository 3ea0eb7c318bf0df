// Appending, copying, moving, flags, expunging, restoring.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "store/conformance/fixture_test.h"
#include "store/limits.h"

namespace pillarbox::store::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Mode = StoreFlags::Mode;

std::vector<Uid> uids(std::initializer_list<std::uint32_t> values) {
  std::vector<Uid> result;
  for (const auto value : values) result.push_back(Uid{value});
  return result;
}

class Messages : public StoreTest {
 protected:
  AccountId alice_ = open_account();
  MailboxId inbox_ = mailbox(alice_, "INBOX");
  MailboxId archive_ = mailbox(alice_, "Archive");

  FlagsStored store_flags(std::vector<Uid> which, Mode mode, FlagNames flags,
                          std::optional<ModSeq> unchanged_since = std::nullopt) {
    return commit_for<FlagsStored>(
        StoreFlags{inbox_, std::move(which), mode, std::move(flags), unchanged_since});
  }
  void expunge(std::vector<Uid> which) {
    store_flags(which, Mode::add, {.system = Flags::deleted});
    commit(Expunge{inbox_, std::move(which)});
  }
};

INSTANTIATE_TEST_SUITE_P(Store, Messages, testing::ValuesIn(kinds()), testing::PrintToStringParamName());

TEST_P(Messages, AnEmptyMailbox) {
  const auto empty = status(inbox_);
  EXPECT_EQ(empty.uid_next, Uid{1});
  EXPECT_GE(empty.highest_modseq, ModSeq{1});
  EXPECT_EQ(empty.messages, 0u);
  EXPECT_EQ(view(inbox_)->size(), 0u);
  EXPECT_EQ(view(inbox_)->uid_validity, empty.uid_validity);
  EXPECT_EQ(account(alice_)->find("INBOX")->uid_validity, empty.uid_validity);
}

TEST_P(Messages, AppendedOnesAreThere) {
  const Time internal_date = clock_.now() - std::chrono::hours(5);
  clock_.advance(std::chrono::seconds(1));
  Batch batch;
  batch.bodies.push_back(draft("hello"));
  batch.operations.push_back(Append{.mailbox = inbox_,
                                    .flags = {.system = Flags::seen, .keywords = {"Work", "work"}},
                                    .internal_date = internal_date});
  const Receipt receipt = commit(std::move(batch));
  const auto& answer = std::get<Appended>(receipt.answers[0]);
  EXPECT_THAT(answer.uids, ElementsAre(Uid{1}));
  EXPECT_EQ(answer.uid_validity, status(inbox_).uid_validity);
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto shown = view(inbox_);
    ASSERT_EQ(shown->size(), 1u);
    const Message message = shown->at(0);
    EXPECT_EQ(message.uid, Uid{1});
    EXPECT_EQ(message.internal_date, internal_date);
    EXPECT_EQ(message.saved, clock_.now());
    EXPECT_EQ(message.size, 5u);
    EXPECT_EQ(message.modseq, shown->highest_modseq);
    EXPECT_EQ(shown->uid_next, Uid{2});
    EXPECT_EQ(listing(inbox_), "1:seen,Work");
    EXPECT_EQ(bytes_of(message.body), "hello");
    const auto counted = status(inbox_);
    EXPECT_EQ(counted.messages, 1u);
    EXPECT_EQ(counted.unseen, 0u);
    EXPECT_EQ(counted.size, 5u);
    EXPECT_EQ(counted.uid_next, Uid{2});
    EXPECT_EQ(counted.highest_modseq, shown->highest_modseq);
  }
}

TEST_P(Messages, OneBodyForManyMailboxes) {
  const MailboxId bob = mailbox(open_account("bob"), "INBOX");
  Batch batch;
  batch.bodies.push_back(draft("first"));
  batch.bodies.push_back(draft("second"));
  batch.operations.push_back(Append{.mailbox = inbox_, .body = 1, .internal_date = clock_.now()});
  batch.operations.push_back(Append{.mailbox = inbox_, .body = 0, .internal_date = clock_.now()});
  batch.operations.push_back(Append{.mailbox = bob, .body = 0, .internal_date = clock_.now()});
  const Receipt receipt = commit(std::move(batch));
  EXPECT_THAT(std::get<Appended>(receipt.answers[1]).uids, ElementsAre(Uid{2}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(bytes_of(view(inbox_)->at(0).body), "second");
    EXPECT_EQ(bytes_of(view(inbox_)->at(1).body), "first");
    EXPECT_EQ(view(inbox_)->at(1).body, view(bob)->at(0).body);
  }
  // The one that is gone takes nothing from the other.
  expunge(uids({2}));
  clock_.advance(std::chrono::days(8));
  reopen();
  EXPECT_EQ(bytes_of(view(bob)->at(0).body), "first");
}

TEST_P(Messages, BodiesOfAnySizeComeBackByteForByte) {
  for (const std::size_t size : {0u, 1u, 4095u, 4096u, 65536u, 65537u, 262'144u, 262'145u, 3'000'000u}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    Batch batch;
    batch.bodies.push_back(store().begin_draft());
    for (std::size_t at = 0; at < size; at += 50'000) {
      EXPECT_TRUE(run(batch.bodies[0]->append(std::string_view(bytes).substr(at, 50'000))).has_value());
    }
    batch.operations.push_back(Append{.mailbox = inbox_, .internal_date = clock_.now()});
    commit(std::move(batch));
    const BodyId body = view(inbox_)->at(view(inbox_)->size() - 1).body;
    for (int round = 0; round < 2; ++round, reopen()) {
      EXPECT_TRUE(bytes_of(body) == bytes) << size;
      EXPECT_EQ(view(inbox_)->at(view(inbox_)->size() - 1).size, size);
    }
  }
}

TEST_P(Messages, ReadsAnyPieceOfABody) {
  std::string bytes(300'000, ' ');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('a' + i % 23);
  append(inbox_, bytes);
  append(inbox_, "small");
  auto reader = run(store().body(view(inbox_)->at(0).body)).value();
  for (const auto& [offset, most] :
       {std::pair(0u, 10u), {65530u, 20u}, {131072u, 65536u}, {299'990u, 100u}}) {
    std::string read;
    while (read.size() < most && offset + read.size() < bytes.size()) {
      const auto piece = run(reader->read(offset + read.size(), most - read.size())).value();
      ASSERT_FALSE(piece.empty());
      read += piece;
    }
    EXPECT_EQ(read, bytes.substr(offset, most));
  }
  EXPECT_EQ(run(reader->read(300'000, 10)).value(), "");
  EXPECT_EQ(run(reader->read(900'000, 10)).value(), "");
  auto small = run(store().body(view(inbox_)->at(1).body)).value();
  EXPECT_EQ(run(small->read(1, 100)).value(), "mall");
  EXPECT_EQ(run(store().body(BodyId{123456})).error().kind, ErrorKind::not_found);
}

TEST_P(Messages, OpensManyBodiesTogether) {
  std::vector<BodyId> bodies{BodyId{123456}};
  const std::string large(300'000, 'l');
  for (int i = 0; i < 20; ++i) append(inbox_, i == 7 ? large : fmt::format("message {}", i));
  for (std::size_t i = 0; i < 20; ++i) bodies.push_back(view(inbox_)->at(19 - i).body);
  const auto check = [&] {
    const auto readers = run(store().bodies(bodies));
    ASSERT_EQ(readers.size(), bodies.size());
    EXPECT_EQ(readers[0].error().kind, ErrorKind::not_found);
    for (std::size_t i = 0; i < 20; ++i) {
      const std::string wanted = 19 - i == 7 ? large.substr(0, 1000) : fmt::format("message {}", 19 - i);
      EXPECT_EQ(run(readers[i + 1].value()->read(0, 1000)).value(), wanted);
    }
  };
  check();
  reopen();
  check();
  EXPECT_TRUE(run(store().bodies({})).empty());
}

TEST_P(Messages, ABatchIsWholeOrNothing) {
  append(inbox_, "kept");
  Batch batch;
  batch.bodies.push_back(draft("lost"));
  batch.operations.push_back(
      Append{.mailbox = inbox_, .flags = {.keywords = {"New"}}, .internal_date = clock_.now()});
  batch.operations.push_back(StoreFlags{inbox_, uids({1}), Mode::add, {.system = Flags::seen}, {}});
  batch.operations.push_back(Subscribe{alice_, "x"});
  batch.operations.push_back(CreateMailbox{.account = alice_, .name = "x"});
  batch.operations.push_back(Enqueue{.entry = {.trace_id = "t"}, .body = 0});
  batch.operations.push_back(DeleteMailbox{MailboxId{4711}});
  const auto before = status(inbox_);
  EXPECT_EQ(refusal(std::move(batch)), ErrorKind::not_found);
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "1:");
    EXPECT_THAT(view(inbox_)->keywords, IsEmpty());
    EXPECT_EQ(status(inbox_).highest_modseq, before.highest_modseq);
    EXPECT_EQ(account(alice_)->find("x"), nullptr);
    EXPECT_THAT(run(store().queue()).value(), IsEmpty());
  }
}

TEST_P(Messages, OperationsOfOneBatchSeeEachOther) {
  append(inbox_, "one");
  append(inbox_, "two");
  Batch batch;
  batch.bodies.push_back(draft("three"));
  batch.operations.push_back(StoreFlags{inbox_, uids({1}), Mode::add, {.system = Flags::deleted}, {}});
  batch.operations.push_back(Append{.mailbox = inbox_, .internal_date = clock_.now()});
  batch.operations.push_back(StoreFlags{inbox_, uids({3}), Mode::add, {.keywords = {"K"}}, {}});
  batch.operations.push_back(Expunge{inbox_, uids({1, 2, 3})});
  batch.operations.push_back(Copy{inbox_, uids({1, 2, 3}), archive_});
  batch.operations.push_back(Move{archive_, uids({2}), inbox_});
  const Receipt receipt = commit(std::move(batch));
  EXPECT_THAT(std::get<Expunged>(receipt.answers[3]).uids, ElementsAre(Uid{1}));
  EXPECT_THAT(std::get<Copied>(receipt.answers[4]).from, ElementsAre(Uid{2}, Uid{3}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "2: 3:K 4:K");
    EXPECT_EQ(listing(archive_), "1:");
    EXPECT_EQ(status(inbox_).messages, 3u);
    EXPECT_EQ(status(inbox_).size, 3u + 5u + 5u);
  }
}

TEST_P(Messages, FlagsAreReplacedAddedRemoved) {
  for (int i = 0; i < 4; ++i) append(inbox_, "x", {.system = Flags::answered, .keywords = {"A"}});
  store_flags(uids({1}), Mode::replace, {.system = Flags::seen, .keywords = {"b"}});
  store_flags(uids({2, 77}), Mode::add, {.system = Flags::flagged, .keywords = {"B", "a"}});
  store_flags(uids({3}), Mode::remove, {.system = Flags::answered, .keywords = {"a", "unknown"}});
  store_flags(uids({4}), Mode::replace, {});
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "1:seen,b 2:answered,flagged,A,b 3: 4:");
    EXPECT_THAT(view(inbox_)->keywords, ElementsAre("A", "b"));
    EXPECT_EQ(status(inbox_).unseen, 3u);
  }
}

TEST_P(Messages, EqualFlagsKeepTheirModSeq) {
  append(inbox_, "x", {.system = Flags::seen});
  append(inbox_, "x");
  const ModSeq before = view(inbox_)->at(0).modseq;
  const FlagsStored stored = store_flags(uids({1, 2}), Mode::add, {.system = Flags::seen});
  EXPECT_EQ(view(inbox_)->at(0).modseq, before);
  EXPECT_EQ(view(inbox_)->at(1).modseq, stored.modseq);
  EXPECT_EQ(view(inbox_)->highest_modseq, stored.modseq);
  EXPECT_EQ(store_flags(uids({1, 2}), Mode::add, {.system = Flags::seen}).modseq, ModSeq{});
  EXPECT_EQ(view(inbox_)->highest_modseq, stored.modseq);
}

TEST_P(Messages, ConditionalStoreLeavesTheChangedAlone) {
  for (int i = 0; i < 3; ++i) append(inbox_, "x");
  const ModSeq since = view(inbox_)->highest_modseq;
  store_flags(uids({2}), Mode::add, {.system = Flags::flagged});
  const auto stored = store_flags(uids({1, 2, 3, 9}), Mode::add, {.system = Flags::seen}, since);
  EXPECT_THAT(stored.modified, ElementsAre(Uid{2}));
  EXPECT_EQ(listing(inbox_), "1:seen 2:flagged 3:seen");
  EXPECT_GT(stored.modseq, since);
}

TEST_P(Messages, KeywordsHaveALimit) {
  FlagNames many;
  for (unsigned i = 0; i < Flags::max_keywords; ++i) many.keywords.push_back(fmt::format("k{}", i));
  append(inbox_, "x", many);
  Batch batch;
  batch.bodies.push_back(draft("y"));
  batch.operations.push_back(
      Append{.mailbox = inbox_, .flags = {.keywords = {"one more"}}, .internal_date = clock_.now()});
  EXPECT_EQ(refusal(std::move(batch)), ErrorKind::limit);
  EXPECT_EQ(refusal(StoreFlags{inbox_, uids({1}), Mode::add, {.keywords = {"more"}}, {}}), ErrorKind::limit);
  EXPECT_EQ(refusal(StoreFlags{archive_, uids({1}), Mode::add, {.keywords = {std::string(101, 'k')}}, {}}),
            ErrorKind::limit);
  EXPECT_EQ(refusal(StoreFlags{archive_, uids({1}), Mode::add, {.keywords = {""}}, {}}),
            ErrorKind::not_allowed);
  // A copy keeps what has room.
  append(archive_, "z", {.system = Flags::seen, .keywords = {"K1", "other"}});
  commit(Copy{archive_, uids({1}), inbox_});
  reopen();
  EXPECT_EQ(listing(inbox_).substr(listing(inbox_).find("2:")), "2:seen,k1");
  EXPECT_EQ(view(inbox_)->keywords.size(), Flags::max_keywords);
}

TEST_P(Messages, CopiesKeepFlagsDatesAndBody) {
  append(inbox_, "one", {.system = Flags::flagged, .keywords = {"X", "Y"}});
  append(inbox_, "two");
  append(archive_, "before", {.keywords = {"Y"}});
  const Message original = view(inbox_)->at(0);
  clock_.advance(std::chrono::minutes(1));
  const auto copied = commit_for<Copied>(Copy{inbox_, uids({1, 2, 9}), archive_});
  EXPECT_EQ(copied.uid_validity, status(archive_).uid_validity);
  EXPECT_THAT(copied.from, ElementsAre(Uid{1}, Uid{2}));
  EXPECT_THAT(copied.to, ElementsAre(Uid{2}, Uid{3}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "1:flagged,X,Y 2:");
    EXPECT_EQ(listing(archive_), "1:Y 2:flagged,Y,X 3:");
    const Message copy = view(archive_)->at(1);
    EXPECT_EQ(copy.internal_date, original.internal_date);
    EXPECT_EQ(copy.saved, clock_.now());
    EXPECT_EQ(copy.body, original.body);
    EXPECT_EQ(copy.size, original.size);
  }
  const auto none = commit_for<Copied>(Copy{inbox_, uids({9}), archive_});
  EXPECT_THAT(none.from, IsEmpty());
  EXPECT_EQ(refusal(Copy{inbox_, uids({1}), MailboxId{99}}), ErrorKind::not_found);
  EXPECT_EQ(refusal(Copy{MailboxId{99}, uids({1}), inbox_}), ErrorKind::not_found);
}

TEST_P(Messages, CopiesWithinAMailbox) {
  append(inbox_, "one", {.keywords = {"K"}});
  const auto copied = commit_for<Copied>(Copy{inbox_, uids({1, 2}), inbox_});
  EXPECT_THAT(copied.to, ElementsAre(Uid{2}));
  const auto moved = commit_for<Copied>(Move{inbox_, uids({1}), inbox_});
  EXPECT_THAT(moved.to, ElementsAre(Uid{3}));
  reopen();
  EXPECT_EQ(listing(inbox_), "2:K 3:K");
}

TEST_P(Messages, MovedOnesAreGoneAndNotExpunged) {
  for (const auto* bytes : {"one", "two", "three"}) append(inbox_, bytes, {.system = Flags::seen});
  const ModSeq before = status(inbox_).highest_modseq;
  const auto moved = commit_for<Copied>(Move{inbox_, uids({1, 3}), archive_});
  EXPECT_THAT(moved.from, ElementsAre(Uid{1}, Uid{3}));
  EXPECT_THAT(moved.to, ElementsAre(Uid{1}, Uid{2}));
  EXPECT_GT(status(inbox_).highest_modseq, before);
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "2:seen");
    EXPECT_EQ(listing(archive_), "1:seen 2:seen");
    EXPECT_EQ(bytes_of(view(archive_)->at(1).body), "three");
    EXPECT_THAT(run(store().expunged(inbox_)).value(), IsEmpty());
    EXPECT_EQ(status(inbox_).messages, 1u);
    EXPECT_EQ(status(archive_).messages, 2u);
  }
}

TEST_P(Messages, ExpungeTakesOnlyTheDeleted) {
  for (int i = 0; i < 4; ++i) append(inbox_, "x");
  store_flags(uids({2, 3}), Mode::add, {.system = Flags::deleted});
  EXPECT_EQ(status(inbox_).deleted, 2u);
  const auto expunged = commit_for<Expunged>(Expunge{inbox_, uids({1, 2, 4, 5})});
  EXPECT_THAT(expunged.uids, ElementsAre(Uid{2}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "1: 3:deleted 4:");
    EXPECT_EQ(status(inbox_).deleted, 1u);
    EXPECT_EQ(status(inbox_).uid_next, Uid{5});
  }
}

TEST_P(Messages, UidsAreNeverUsedAgain) {
  append(inbox_, "x");
  append(inbox_, "y");
  expunge(uids({2}));
  reopen();
  EXPECT_EQ(append(inbox_, "z"), Uid{3});
  expunge(uids({1, 3}));
  reopen();
  EXPECT_EQ(append(inbox_, "w"), Uid{4});
}

TEST_P(Messages, ExpungedOnesCanBeRestored) {
  append(inbox_, "one", {.system = Flags::seen, .keywords = {"K"}});
  append(inbox_, "two");
  expunge(uids({1, 2}));
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto kept = run(store().expunged(inbox_)).value();
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[0].message.uid, Uid{1});
    EXPECT_EQ(kept[0].message.size, 3u);
    EXPECT_EQ(kept[1].expunged, clock_.now());
    EXPECT_EQ(bytes_of(kept[1].message.body), "two");
  }
  const auto kept = run(store().expunged(inbox_)).value();
  const auto restored =
      commit_for<Appended>(Restore{inbox_, {kept[0].message.body, BodyId{999}, kept[0].message.body}});
  EXPECT_THAT(restored.uids, ElementsAre(Uid{3}));
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(listing(inbox_), "3:seen,K");
    EXPECT_EQ(bytes_of(view(inbox_)->at(0).body), "one");
    EXPECT_EQ(run(store().expunged(inbox_)).value().size(), 1u);
  }
  EXPECT_THAT(commit_for<Appended>(Restore{inbox_, {kept[0].message.body}}).uids, IsEmpty());
}

TEST_P(Messages, TheWindowEnds) {
  append(inbox_, "one");
  expunge(uids({1}));
  const BodyId body = run(store().expunged(inbox_)).value().at(0).message.body;
  clock_.advance(std::chrono::days(7));
  EXPECT_THAT(run(store().expunged(inbox_)).value(), IsEmpty());
  EXPECT_THAT(commit_for<Appended>(Restore{inbox_, {body}}).uids, IsEmpty());
  reopen();
  EXPECT_THAT(run(store().expunged(inbox_)).value(), IsEmpty());
}

TEST_P(Messages, ADeletedMailboxsMessagesCanBeRestoredElsewhere) {
  const MailboxId gone = commit_for<Created>(CreateMailbox{.account = alice_, .name = "gone"}).mailbox;
  append(gone, "precious", {.keywords = {"K"}});
  const BodyId body = view(gone)->at(0).body;
  commit(DeleteMailbox{gone});
  reopen();
  ASSERT_EQ(run(store().expunged(gone)).value().size(), 1u);
  // Not by somebody else.
  const MailboxId bobs = mailbox(open_account("bob"), "INBOX");
  EXPECT_THAT(commit_for<Appended>(Restore{bobs, {body}}).uids, IsEmpty());
  EXPECT_THAT(commit_for<Appended>(Restore{inbox_, {body}}).uids, ElementsAre(Uid{1}));
  reopen();
  EXPECT_EQ(listing(inbox_), "1:K");
  EXPECT_EQ(bytes_of(view(inbox_)->at(0).body), "precious");
}

TEST_P(Messages, SnapshotsStayAsTheyWere) {
  for (int i = 0; i < 3; ++i) append(inbox_, "x");
  const auto before = view(inbox_);
  store_flags(uids({1}), Mode::add, {.system = Flags::seen});
  expunge(uids({2}));
  append(inbox_, "y");
  EXPECT_EQ(before->size(), 3u);
  EXPECT_FALSE(before->at(0).flags.has(Flags::seen));
  EXPECT_EQ(before->index_of(Uid{2}), 1u);
  const auto after = view(inbox_);
  EXPECT_EQ(after->index_of(Uid{2}), std::nullopt);
  EXPECT_EQ(after->index_of(Uid{4}), 2u);
  EXPECT_EQ(after->lower_bound(Uid{2}), 1u);
  EXPECT_EQ(after->lower_bound(Uid{5}), 3u);
}

TEST_P(Messages, ThousandsInOneMailbox) {
  Batch batch;
  batch.bodies.push_back(draft("many"));
  for (int i = 0; i < 3000; ++i) {
    batch.operations.push_back(
        Append{.mailbox = inbox_, .internal_date = clock_.now() + std::chrono::hours(i)});
  }
  commit(std::move(batch));
  std::vector<Uid> odd;
  for (std::uint32_t uid = 1; uid <= 3000; uid += 2) odd.push_back(Uid{uid});
  expunge(odd);
  commit(Copy{inbox_, uids({2, 1000, 3000}), archive_});
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto shown = view(inbox_);
    ASSERT_EQ(shown->size(), 1500u);
    for (std::size_t i = 0; i < 1500; ++i) {
      ASSERT_EQ(shown->at(i).uid.value, 2 * (i + 1));
      ASSERT_EQ(shown->index_of(Uid{static_cast<std::uint32_t>(2 * (i + 1))}), i);
      ASSERT_EQ(shown->at(i).internal_date, clock_.now() + std::chrono::hours(2 * i + 1));
    }
    EXPECT_EQ(view(archive_)->size(), 3u);
    EXPECT_EQ(run(store().expunged(inbox_)).value().size(), 1500u);
  }
}

TEST_P(Messages, RecentOnesAreClaimedOnce) {
  using Recent = Store::Recent;
  append(inbox_, "x");
  append(inbox_, "y");
  EXPECT_EQ(status(inbox_).recent, 2u);
  EXPECT_EQ(run(store().first_recent(inbox_, Recent::peek)).value(), Uid{1});
  EXPECT_EQ(run(store().first_recent(inbox_, Recent::claim)).value(), Uid{1});
  EXPECT_EQ(run(store().first_recent(inbox_, Recent::claim)).value(), Uid{3});
  EXPECT_EQ(status(inbox_).recent, 0u);
  append(inbox_, "z");
  append(inbox_, "z");
  expunge(uids({3}));
  EXPECT_EQ(status(inbox_).recent, 1u);
  EXPECT_EQ(run(store().first_recent(inbox_, Recent::peek)).value(), Uid{3});
  // Messages may become recent again when a store is opened, but none that nobody was told of stops being it.
  reopen();
  EXPECT_GE(status(inbox_).recent, 1u);
  EXPECT_LE(run(store().first_recent(inbox_, Recent::claim)).value(), Uid{3});
}

}  // namespace
}  // namespace pillarbox::store::conformance
