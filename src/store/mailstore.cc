#include "store/mailstore.h"

#include "base/try.h"
#include "store/names.h"

namespace pillarbox::store {

Task<Result<Mailstore>> Mailstore::open(Store& store, std::string login) {
  const auto account = co_await store.open_account(std::move(login));
  if (!account) co_return std::unexpected(account.error());
  co_return Mailstore(store, *account);
}

Task<Result<std::shared_ptr<const AccountView>>> Mailstore::mailboxes() { return store_->account(account_); }

Task<Result<MailboxInfo>> Mailstore::find(std::string name) {
  const auto account = co_await store_->account(account_);
  if (!account) co_return std::unexpected(account.error());
  const auto canonical = canonical_mailbox_name(name);
  const MailboxInfo* found = canonical ? (*account)->find(*canonical) : nullptr;
  if (found == nullptr) co_return std::unexpected(Error{ErrorKind::not_found, "no mailbox " + name});
  owned_ = found->id;
  co_return *found;
}

Task<Result<Done>> Mailstore::check_owned(MailboxId mailbox) {
  if (mailbox == owned_) co_return Done{};
  const auto account = co_await store_->account(account_);
  if (!account) co_return std::unexpected(account.error());
  if ((*account)->find(mailbox) == nullptr)
    co_return std::unexpected(Error{ErrorKind::not_found, "no such mailbox in this account"});
  owned_ = mailbox;
  co_return Done{};
}

template <class A>
Task<Result<A>> Mailstore::commit(Operation operation, std::unique_ptr<Draft> body) {
  Batch batch;
  if (body) batch.bodies.push_back(std::move(body));
  batch.operations.push_back(std::move(operation));
  auto receipt = co_await store_->commit(std::move(batch));
  if (!receipt) co_return std::unexpected(std::move(receipt.error()));
  ASSERT(receipt->answers.size() == 1 && std::holds_alternative<A>(receipt->answers.front()));
  co_return std::get<A>(std::move(receipt->answers.front()));
}

Task<Result<MailboxStatus>> Mailstore::status(MailboxId mailbox) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await store_->status(mailbox);
}

Task<Result<Created>> Mailstore::create(std::string name, SpecialUse special_use) {
  return commit<Created>(CreateMailbox{account_, std::move(name), special_use});
}

Task<Result<Done>> Mailstore::remove(MailboxId mailbox) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await commit<Done>(DeleteMailbox{mailbox});
}

Task<Result<Done>> Mailstore::rename(MailboxId mailbox, std::string name) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await commit<Done>(RenameMailbox{mailbox, std::move(name)});
}

Task<Result<Done>> Mailstore::subscribe(std::string name) {
  return commit<Done>(Subscribe{account_, std::move(name)});
}

Task<Result<Done>> Mailstore::unsubscribe(std::string name) {
  return commit<Done>(Unsubscribe{account_, std::move(name)});
}

Task<Result<std::shared_ptr<const MailboxView>>> Mailstore::view(MailboxId mailbox) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await store_->view(mailbox);
}

Task<Result<Uid>> Mailstore::first_recent(MailboxId mailbox, Store::Recent how) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await store_->first_recent(mailbox, how);
}

std::unique_ptr<Watch> Mailstore::watch(MailboxId mailbox, std::function<void()> changed) {
  return store_->watch(mailbox, std::move(changed));
}

Task<Result<Appended>> Mailstore::append(std::string to, std::unique_ptr<Draft> message, FlagNames flags,
                                         Time internal_date) {
  const auto target = co_await find(std::move(to));
  if (!target) co_return std::unexpected(target.error());
  co_return co_await commit<Appended>(
      Append{.mailbox = target->id, .flags = std::move(flags), .internal_date = internal_date},
      std::move(message));
}

Task<Result<Copied>> Mailstore::copy(MailboxId from, std::string to, std::vector<Uid> uids) {
  const auto target = co_await find(std::move(to));
  if (!target) co_return std::unexpected(target.error());
  if (const auto owned = co_await check_owned(from); !owned) co_return std::unexpected(owned.error());
  co_return co_await commit<Copied>(Copy{from, std::move(uids), target->id});
}

Task<Result<Copied>> Mailstore::move(MailboxId from, std::string to, std::vector<Uid> uids) {
  const auto target = co_await find(std::move(to));
  if (!target) co_return std::unexpected(target.error());
  if (const auto owned = co_await check_owned(from); !owned) co_return std::unexpected(owned.error());
  co_return co_await commit<Copied>(Move{from, std::move(uids), target->id});
}

Task<Result<FlagsStored>> Mailstore::store_flags(StoreFlags change) {
  if (const auto owned = co_await check_owned(change.mailbox); !owned)
    co_return std::unexpected(owned.error());
  co_return co_await commit<FlagsStored>(std::move(change));
}

Task<Result<Expunged>> Mailstore::expunge(MailboxId mailbox, std::vector<Uid> uids) {
  if (const auto owned = co_await check_owned(mailbox); !owned) co_return std::unexpected(owned.error());
  co_return co_await commit<Expunged>(Expunge{mailbox, std::move(uids)});
}

}  // namespace pillarbox::store
