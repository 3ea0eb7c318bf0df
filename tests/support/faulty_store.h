// A memory store that fails when it is told to, and remembers which bodies it was given to keep.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "store/memory/store.h"
#include "store/store.h"

namespace pillarbox::transcript {

class FaultyStore final : public store::Store {
 public:
  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

  explicit FaultyStore(const Clock& clock) : store_(clock) {}

  // The commit or the append to a draft with this number (from 0) fails as a full disk does.
  void fail_commit(std::size_t number) { failing_commit_ = number; }
  void fail_append(std::size_t number) { failing_append_ = number; }

  std::size_t commits() const { return commits_; }
  std::size_t appends() const { return appends_; }
  std::size_t bodies_kept() const { return bodies_kept_; }
  // What was committed with a body, ever.
  const std::set<std::string>& kept() const { return kept_; }
  // A draft's next bytes; whether they can be taken.
  bool take_append() { return appends_++ != failing_append_; }

  Task<std::expected<store::AccountId, store::Error>> open_account(std::string name) override {
    return store_.open_account(std::move(name));
  }
  Task<std::expected<std::shared_ptr<const store::AccountView>, store::Error>> account(
      store::AccountId account) override {
    return store_.account(account);
  }
  Task<std::expected<store::MailboxStatus, store::Error>> status(store::MailboxId mailbox) override {
    return store_.status(mailbox);
  }
  Task<std::expected<std::shared_ptr<const store::MailboxView>, store::Error>> view(
      store::MailboxId mailbox) override {
    return store_.view(mailbox);
  }
  std::unique_ptr<store::Watch> watch(store::MailboxId mailbox, std::function<void()> changed) override {
    return store_.watch(mailbox, std::move(changed));
  }
  Task<std::expected<store::Uid, store::Error>> first_recent(store::MailboxId mailbox, Recent how) override {
    return store_.first_recent(mailbox, how);
  }
  std::unique_ptr<store::Draft> begin_draft() override;
  Task<std::expected<store::Receipt, store::Error>> commit(store::Batch batch) override;
  Task<std::expected<std::unique_ptr<store::BodyReader>, store::Error>> body(store::BodyId body) override {
    return store_.body(body);
  }
  Task<std::vector<std::optional<std::string>>> cached(std::vector<store::BodyId> bodies) override {
    return store_.cached(std::move(bodies));
  }
  void cache(store::BodyId body, std::string computed) override { store_.cache(body, std::move(computed)); }
  Task<std::expected<std::vector<store::ExpungedMessage>, store::Error>> expunged(
      store::MailboxId mailbox) override {
    return store_.expunged(mailbox);
  }
  Task<std::expected<std::vector<store::QueueEntry>, store::Error>> queue() override {
    return store_.queue();
  }
  Task<std::expected<std::vector<std::string>, store::Error>> account_names() override {
    return store_.account_names();
  }

 private:
  store::memory::MemoryStore store_;
  std::size_t failing_commit_ = never;
  std::size_t failing_append_ = never;
  std::size_t commits_ = 0;
  std::size_t appends_ = 0;
  std::size_t bodies_kept_ = 0;
  std::set<std::string> kept_;
};

}  // namespace pillarbox::transcript
