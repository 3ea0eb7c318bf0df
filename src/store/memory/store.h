// A store that forgets when it goes: the reference for the others, and what tests of the doors run on.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/memory/change.h"
#include "store/memory/world.h"
#include "store/store.h"

namespace pillarbox::store::memory {

// Every call answers at once, on the caller's thread. May be called from any thread.
class MemoryStore final : public Store {
 public:
  // `window`: how long expunged messages can be restored.
  explicit MemoryStore(const Clock& clock, std::chrono::milliseconds window = std::chrono::days(7));
  ~MemoryStore() override;

  Task<std::expected<AccountId, Error>> open_account(std::string name) override;
  Task<std::expected<std::shared_ptr<const AccountView>, Error>> account(AccountId account) override;
  Task<std::expected<MailboxStatus, Error>> status(MailboxId mailbox) override;
  Task<std::expected<std::shared_ptr<const MailboxView>, Error>> view(MailboxId mailbox) override;
  std::unique_ptr<Watch> watch(MailboxId mailbox, std::function<void()> changed) override;
  Task<std::expected<Uid, Error>> first_recent(MailboxId mailbox, Recent how) override;
  std::unique_ptr<Draft> begin_draft() override;
  Task<std::expected<Receipt, Error>> commit(Batch batch) override;
  Task<std::expected<std::unique_ptr<BodyReader>, Error>> body(BodyId body) override;
  Task<std::vector<std::optional<std::string>>> cached(std::vector<BodyId> bodies) override;
  void cache(BodyId body, std::string computed) override;
  Task<std::expected<std::vector<ExpungedMessage>, Error>> expunged(MailboxId mailbox) override;
  Task<std::expected<std::vector<QueueEntry>, Error>> queue() override;
  Task<std::expected<std::vector<std::string>, Error>> account_names() override;

 private:
  struct Watchers;

  std::expected<const Mailbox*, Error> find(MailboxId mailbox) const;

  const Clock& clock_;
  std::chrono::milliseconds window_;
  std::shared_ptr<Watchers> watchers_;  // also held by each Watch, which may outlive the store
  std::mutex mutex_;
  World world_;
  std::map<MailboxId, std::shared_ptr<const MailboxView>>
      views_;  // of those that were asked for and haven't changed
  std::map<BodyId, std::string> cache_;
};

}  // namespace pillarbox::store::memory
