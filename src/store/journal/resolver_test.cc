// What can't be seen from outside: that a refused batch leaves the head alone, and that memory stays bounded.
#include "store/journal/resolver.h"

#include <gtest/gtest.h>

namespace pillarbox::store::journal {
namespace {

class Resolving : public testing::Test {
 protected:
  Resolving() {
    const auto made = resolver_.make_account("alice", now_);
    inbox_ = head_.accounts.at(made->first).mailboxes.at("INBOX");
    resolver_.settle(1, 0);
  }

  std::expected<Resolution, Error> resolve(std::vector<Operation> operations, std::size_t bodies = 0) {
    const std::vector<std::uint64_t> sizes(bodies, 10);
    return resolver_.resolve(operations, sizes, {}, now_);
  }

  Time now_{std::chrono::milliseconds{1'700'000'000'000}};
  Head head_;
  Resolver resolver_{head_, std::chrono::days(7)};
  MailboxId inbox_;
};

TEST_F(Resolving, ARefusedBatchLeavesTheHeadAsItWas) {
  const LastIds last = head_.last;
  const auto refused = resolve(
      {CreateMailbox{AccountId{1}, "a/b", SpecialUse::none},
       Append{.mailbox = inbox_, .flags = {0, {"K"}}, .internal_date = now_},
       StoreFlags{inbox_, {Uid{1}}, StoreFlags::Mode::add, {8, {}}, {}}, Enqueue{.entry = {}, .body = 0},
       Dequeue{QueueId{1}}, Subscribe{AccountId{1}, "x"}, Expunge{inbox_, {Uid{1}}}, DeleteMailbox{inbox_}},
      1);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(head_.last.mailbox, last.mailbox);
  EXPECT_EQ(head_.last.body, last.body);
  EXPECT_EQ(head_.last.uid_validity, last.uid_validity);
  EXPECT_EQ(head_.mailboxes.size(), 6u);
  const HeadMailbox& inbox = head_.mailboxes.at(inbox_);
  EXPECT_EQ(inbox.uid_next, Uid{1});
  EXPECT_EQ(inbox.messages, 0u);
  EXPECT_EQ(inbox.editor->size(), 0u);
  EXPECT_TRUE(inbox.keywords.empty());
  EXPECT_TRUE(head_.queue.empty());
  EXPECT_FALSE(head_.accounts.at(AccountId{1}).subscriptions.contains("x"));
}

TEST_F(Resolving, NothingToDoIsNoChange) {
  EXPECT_TRUE(resolve({Subscribe{AccountId{1}, "Sent"}})->payload.empty());
  EXPECT_TRUE(resolve({Expunge{inbox_, {Uid{1}}}})->payload.empty());
  EXPECT_TRUE(resolve({StoreFlags{inbox_, {Uid{1}}, StoreFlags::Mode::add, {1, {}}, {}}})->payload.empty());
}

TEST_F(Resolving, ATailHoldsWhatTheIndexHasNotYet) {
  HeadMailbox& inbox = head_.mailboxes.at(inbox_);
  inbox.editor.reset();
  for (std::uint64_t sequence = 2; sequence < 100; ++sequence) {
    ASSERT_TRUE(resolve({Append{.mailbox = inbox_, .internal_date = now_}}, 1).has_value());
    resolver_.settle(sequence, sequence < 10 ? 0 : sequence - 5);
    EXPECT_LE(inbox.tail.size(), 8u);
  }
  EXPECT_EQ(inbox.tail.front().sequence, 95u);
  inbox.is_loading = true;  // the index is being read as it was: nothing may go
  for (std::uint64_t sequence = 100; sequence < 110; ++sequence) {
    ASSERT_TRUE(resolve({Append{.mailbox = inbox_, .internal_date = now_}}, 1).has_value());
    resolver_.settle(sequence, sequence);
  }
  EXPECT_EQ(inbox.tail.front().sequence, 95u);
}

TEST_F(Resolving, EveryPayloadStaysBelowItsBound) {
  FlagNames many;
  for (unsigned i = 0; i < Flags::max_keywords; ++i)
    many.keywords.push_back(std::string(98, 'k') + std::to_string(i));
  std::vector<Uid> uids;
  for (std::uint32_t uid = 1; uid <= 300; ++uid) uids.push_back(Uid{uid});
  const MailboxId sent = head_.accounts.at(AccountId{1}).mailboxes.at("Sent");
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += "/" + std::string(20, 'x');
  std::vector<std::vector<Operation>> batches;
  for (int i = 0; i < 300; ++i) {
    batches.push_back(
        {Append{.mailbox = inbox_, .internal_date = Time{std::chrono::milliseconds{i * 1'000'003}}}});
  }
  batches.push_back({StoreFlags{inbox_, uids, StoreFlags::Mode::add, many, {}}});
  batches.push_back({Copy{inbox_, uids, sent}});
  batches.push_back({StoreFlags{sent, uids, StoreFlags::Mode::replace, {8, {}}, {}}, Expunge{sent, uids}});
  batches.push_back({CreateMailbox{AccountId{1}, deep, SpecialUse::junk}});
  batches.push_back({RenameMailbox{MailboxId{7}, std::string(100, 'z')}});
  batches.push_back({RenameMailbox{inbox_, "old/" + std::string(300, 'o')}});
  batches.push_back(
      {Enqueue{.entry = {.trace_id = std::string(500, 't'), .recipients = {"a@b", std::string(300, 'r')}}}});
  std::uint64_t sequence = 1;
  for (const auto& batch : batches) {
    const std::uint64_t bound = payload_bound(head_, batch, 1, 0);
    const std::vector<std::uint64_t> sizes{10};
    const auto resolved = resolver_.resolve(batch, sizes, {}, now_);
    ASSERT_TRUE(resolved.has_value()) << resolved.error().detail;
    EXPECT_LE(resolved->payload.size(), bound);
    resolver_.settle(++sequence, 0);
  }
}

}  // namespace
}  // namespace pillarbox::store::journal
