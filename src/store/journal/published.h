// What everybody may see: the durable state, as snapshots. Read from any thread, never waiting for more than
// a moment; brought forward by the thread that makes groups durable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/journal/head.h"
#include "store/journal/index_reader.h"
#include "store/store.h"

namespace pillarbox::store::journal {

// What became durable with one group.
struct Publication {
  struct Mailbox {
    MailboxId id;
    MailboxStatus status;
    std::shared_ptr<const MailboxView> view;  // null while its messages aren't loaded
  };
  std::vector<Mailbox> mailboxes;
  std::vector<std::shared_ptr<const AccountView>> accounts;
  std::vector<MailboxId> deleted;
  std::vector<QueueEntry> queued;
  std::vector<QueueId> dequeued;

  void clear();
};

class Published {
 public:
  // As it is after opening.
  void start(const Head& head, const std::vector<RecentRow>& recents, std::vector<QueueEntry> queue);

  void apply(const Publication& publication);

  std::optional<AccountId> find_account(const std::string& name) const;
  std::expected<std::shared_ptr<const AccountView>, Error> account(AccountId account) const;
  std::expected<MailboxStatus, Error> status(MailboxId mailbox) const;
  // Null while its messages aren't loaded.
  std::expected<std::shared_ptr<const MailboxView>, Error> view(MailboxId mailbox) const;
  // With claim, `claimed` is told what first_recent is now.
  std::expected<Uid, Error> first_recent(MailboxId mailbox, Store::Recent how,
                                         std::function<void(Uid)> claimed);
  std::vector<QueueEntry> queue() const;
  std::vector<std::string> account_names() const;

  // Forgets the messages of a mailbox unless somebody holds them.
  bool unload(MailboxId mailbox);

  std::unique_ptr<Watch> watch(MailboxId mailbox, std::function<void()> changed);

 private:
  struct Mailbox {
    MailboxStatus status;
    std::shared_ptr<const MailboxView> view;
    Uid first_recent{1};
  };
  // Shared with each Watch, which may outlive the store. Callbacks run under its mutex, so that none is
  // running once its Watch is gone.
  struct Watchers {
    std::mutex mutex;
    std::uint64_t last = 0;
    std::unordered_map<MailboxId, std::map<std::uint64_t, std::function<void()>>> callbacks;
  };
  class Registered;

  void publish(const Publication::Mailbox& published);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, AccountId> account_names_;
  std::unordered_map<AccountId, std::shared_ptr<const AccountView>> accounts_;
  std::unordered_map<MailboxId, Mailbox> mailboxes_;
  std::map<QueueId, QueueEntry> queue_;
  std::shared_ptr<Watchers> watchers_ = std::make_shared<Watchers>();
};

}  // namespace pillarbox::store::journal
