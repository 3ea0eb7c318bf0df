// The queue, watches, caches, and many callers at once.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "store/conformance/fixture_test.h"

namespace pillarbox::store::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Services : public StoreTest {
 protected:
  AccountId alice_ = open_account();
  MailboxId inbox_ = mailbox(alice_, "INBOX");
};

INSTANTIATE_TEST_SUITE_P(Store, Services, testing::ValuesIn(kinds()), testing::PrintToStringParamName());

TEST_P(Services, QueueEntriesAreKeptWithTheMessage) {
  Batch batch;
  batch.bodies.push_back(draft("to be relayed"));
  batch.operations.push_back(Append{.mailbox = inbox_, .internal_date = clock_.now()});
  batch.operations.push_back(Enqueue{.entry = {.trace_id = "abc",
                                               .action = "relay",
                                               .reverse_path = "alice@example.org",
                                               .recipients = {"bob@example.net", "carol@example.com"},
                                               .parameters = {"BODY=8BITMIME"},
                                               .accepted = clock_.now()}});
  batch.operations.push_back(Enqueue{.entry = {.trace_id = "def"}});
  const Receipt receipt = commit(std::move(batch));
  const QueueId first = std::get<Enqueued>(receipt.answers[1]).id;
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto queue = run(store().queue()).value();
    ASSERT_EQ(queue.size(), 2u);
    EXPECT_EQ(queue[0].id, first);
    EXPECT_EQ(queue[0].trace_id, "abc");
    EXPECT_EQ(queue[0].action, "relay");
    EXPECT_EQ(queue[0].reverse_path, "alice@example.org");
    EXPECT_THAT(queue[0].recipients, ElementsAre("bob@example.net", "carol@example.com"));
    EXPECT_THAT(queue[0].parameters, ElementsAre("BODY=8BITMIME"));
    EXPECT_EQ(queue[0].accepted, clock_.now());
    EXPECT_EQ(queue[0].body, view(inbox_)->at(0).body);
    EXPECT_EQ(bytes_of(queue[1].body), "to be relayed");
  }
  commit(Dequeue{first});
  EXPECT_EQ(refusal(Dequeue{first}), ErrorKind::not_found);
  reopen();
  const auto queue = run(store().queue()).value();
  ASSERT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue[0].trace_id, "def");
  EXPECT_EQ(bytes_of(queue[0].body), "to be relayed");
  commit(Dequeue{queue[0].id});
  EXPECT_THAT(run(store().queue()).value(), IsEmpty());
}

TEST_P(Services, WatchersHearOfChangesAfterTheyCanBeSeen) {
  std::atomic<int> heard = 0;
  std::atomic<int> elsewhere = 0;
  auto watch = store().watch(inbox_, [&] { ++heard; });
  auto other = store().watch(mailbox(alice_, "Sent"), [&] { ++elsewhere; });
  append(inbox_, "x");
  EXPECT_EQ(heard, 1);
  commit(StoreFlags{inbox_, {Uid{1}}, StoreFlags::Mode::add, {.system = Flags::seen}, {}});
  EXPECT_EQ(heard, 2);
  EXPECT_EQ(elsewhere, 0);
  watch.reset();
  append(inbox_, "y");
  EXPECT_EQ(heard, 2);
  const MailboxId sent = mailbox(alice_, "Sent");
  commit(DeleteMailbox{sent});
  EXPECT_EQ(elsewhere, 1);
  other.reset();
}

TEST_P(Services, CachesMayForgetButNeverMixUp) {
  append(inbox_, "x");
  append(inbox_, "y");
  const BodyId first = view(inbox_)->at(0).body;
  const BodyId second = view(inbox_)->at(1).body;
  store().cache(second, "second's");
  store().cache(first, "first's");
  store().cache(BodyId{4711}, "nobody's");
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto found = run(store().cached({second, first, BodyId{815}}));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].value_or("second's"), "second's");
    EXPECT_EQ(found[1].value_or("first's"), "first's");
    EXPECT_EQ(found[2], std::nullopt);
    if (round == 0) {
      EXPECT_TRUE(found[0].has_value());
      EXPECT_TRUE(found[1].has_value());
    }
  }
  EXPECT_THAT(run(store().cached({})), IsEmpty());
}

TEST_P(Services, ManyThreadsAtOnce) {
  static constexpr int threads = 8;
  static constexpr int each = 40;
  std::vector<std::thread> writers;
  std::atomic<int> failures = 0;
  for (int t = 0; t < threads; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const std::string bytes = fmt::format("{} of {}", i, t);
        Batch batch;
        batch.bodies.push_back(store().begin_draft());
        if (!run(batch.bodies[0]->append(bytes))) ++failures;
        batch.operations.push_back(Append{.mailbox = inbox_, .internal_date = clock_.now()});
        auto receipt = run(store().commit(std::move(batch)));
        if (!receipt) {
          ++failures;
          continue;
        }
        // What was acknowledged is visible to whoever was told.
        const Uid uid = std::get<Appended>(receipt->answers[0]).uids[0];
        const auto shown = run(store().view(inbox_)).value();
        const auto index = shown->index_of(uid);
        if (!index || shown->at(*index).size != bytes.size()) ++failures;
        auto flags =
            StoreFlags{inbox_, {uid}, StoreFlags::Mode::add, {.keywords = {fmt::format("t{}", t)}}, {}};
        if (!run(store().commit(batch_of(flags)))) ++failures;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(failures, 0);
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto shown = view(inbox_);
    ASSERT_EQ(shown->size(), threads * each);
    EXPECT_EQ(status(inbox_).messages, threads * each);
    std::vector<int> next(threads);
    for (std::size_t i = 0; i < shown->size(); ++i) {
      const std::string bytes = bytes_of(shown->at(i).body);
      const int t = bytes.back() - '0';
      EXPECT_EQ(bytes, fmt::format("{} of {}", next[static_cast<std::size_t>(t)]++, t));
      EXPECT_NE(listing(inbox_).find(fmt::format("{}:t{}", shown->at(i).uid.value, t)), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace pillarbox::store::conformance
