// One account's mail, as its user reaches it: the road of every door (IMAP, POP3, JMAP) to the store. Only
// mailboxes of the account are reachable: another account's MailboxId is answered as if it didn't exist. Each
// change is one Batch, durable and visible when the call returns.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "store/store.h"

namespace pillarbox::store {

template <class T>
using Result = std::expected<T, Error>;

class Mailstore {
 public:
  // Of a login name; the account is made if it is new. `store` must outlive the result.
  static Task<Result<Mailstore>> open(Store& store, std::string login);

  AccountId account() const { return account_; }

  // ---- mailboxes

  // All mailboxes and subscriptions: a snapshot.
  Task<Result<std::shared_ptr<const AccountView>>> mailboxes();
  Task<Result<MailboxInfo>> find(std::string name);
  Task<Result<MailboxStatus>> status(MailboxId mailbox);
  Task<Result<Created>> create(std::string name, SpecialUse special_use);
  Task<Result<Done>> remove(MailboxId mailbox);
  Task<Result<Done>> rename(MailboxId mailbox, std::string name);
  Task<Result<Done>> subscribe(std::string name);
  Task<Result<Done>> unsubscribe(std::string name);

  // ---- messages; uids ascend, and those that are gone are left out

  Task<Result<std::shared_ptr<const MailboxView>>> view(MailboxId mailbox);
  Task<Result<Uid>> first_recent(MailboxId mailbox, Store::Recent how);
  // Requires: the mailbox came from this account. See Store::watch.
  std::unique_ptr<Watch> watch(MailboxId mailbox, std::function<void()> changed);

  std::unique_ptr<Draft> begin_draft() { return store_->begin_draft(); }
  // not_found: there is no mailbox `to`. Likewise below.
  Task<Result<Appended>> append(std::string to, std::unique_ptr<Draft> message, FlagNames flags,
                                Time internal_date);
  Task<Result<Copied>> copy(MailboxId from, std::string to, std::vector<Uid> uids);
  Task<Result<Copied>> move(MailboxId from, std::string to, std::vector<Uid> uids);
  Task<Result<FlagsStored>> store_flags(StoreFlags change);
  Task<Result<Expunged>> expunge(MailboxId mailbox, std::vector<Uid> uids);

  // ---- bodies. Requires: `body` stands in a view of this account.

  Task<Result<std::unique_ptr<BodyReader>>> body(BodyId body) { return store_->body(body); }
  Task<std::vector<Result<std::unique_ptr<BodyReader>>>> bodies(std::vector<BodyId> bodies) {
    return store_->bodies(std::move(bodies));
  }
  Task<std::vector<std::optional<std::string>>> cached(std::vector<BodyId> bodies) {
    return store_->cached(std::move(bodies));
  }
  void cache(BodyId body, std::string computed) { store_->cache(body, std::move(computed)); }

 private:
  Mailstore(Store& store, AccountId account) : store_(&store), account_(account) {}

  // Error not_found unless the mailbox is the account's.
  Task<Result<Done>> check_owned(MailboxId mailbox);
  template <class A>
  Task<Result<A>> commit(Operation operation, std::unique_ptr<Draft> body = nullptr);

  Store* store_;
  AccountId account_;
  MailboxId owned_{};  // known to be ours: ids are never used again, so it stays true
};

}  // namespace pillarbox::store
