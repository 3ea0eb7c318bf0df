#include "store/journal/published.h"

#include <algorithm>

namespace pillarbox::store::journal {
namespace {

std::unexpected<Error> no_mailbox() {
  return std::unexpected(Error{ErrorKind::not_found, "no such mailbox"});
}

}  // namespace

void Published::start(const Head& head, const std::vector<RecentRow>& recents,
                      std::vector<QueueEntry> queue) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, account] : head.accounts) {
    accounts_[id] = view_of(head, account);
    account_names_[account.name] = id;
  }
  for (const auto& [id, mailbox] : head.mailboxes) mailboxes_[id].status = mailbox.status();
  for (const auto& row : recents) {
    const auto found = mailboxes_.find(row.mailbox);
    if (found == mailboxes_.end()) continue;
    found->second.first_recent = row.first_recent;
    found->second.status.recent = row.recent;
  }
  for (auto& entry : queue) {
    const QueueId id = entry.id;
    queue_.emplace(id, std::move(entry));
  }
}

void Published::publish(const Publication::Mailbox& published) {
  Mailbox& mailbox = mailboxes_[published.id];
  const MailboxStatus before = mailbox.status;
  mailbox.status = published.status;
  mailbox.view = published.view;
  const std::uint32_t came = published.status.uid_next.value - before.uid_next.value;
  if (mailbox.view && published.status.messages != before.messages + came) {
    const auto first = mailbox.view->lower_bound(mailbox.first_recent);
    mailbox.status.recent = static_cast<std::uint32_t>(mailbox.view->size() - first);
  } else {
    // Nothing has gone: without its messages loaded a mailbox only grows.
    mailbox.status.recent = before.recent + published.status.messages - before.messages;
  }
}

void Publication::clear() {
  mailboxes.clear();
  accounts.clear();
  deleted.clear();
  queued.clear();
  dequeued.clear();
}

void Published::apply(const Publication& publication) {
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& account : publication.accounts) {
      account_names_[account->name] = account->id;
      accounts_[account->id] = account;
    }
    for (const auto& mailbox : publication.mailboxes) publish(mailbox);
    for (const MailboxId id : publication.deleted) mailboxes_.erase(id);
    for (const auto& entry : publication.queued) queue_.emplace(entry.id, entry);
    for (const QueueId id : publication.dequeued) queue_.erase(id);
  }
  const std::scoped_lock lock(watchers_->mutex);
  auto tell = [&](MailboxId id) {
    const auto found = watchers_->callbacks.find(id);
    if (found == watchers_->callbacks.end()) return;
    for (const auto& [number, changed] : found->second) changed();
  };
  for (const auto& mailbox : publication.mailboxes) tell(mailbox.id);
  for (const MailboxId id : publication.deleted) tell(id);
}

std::optional<AccountId> Published::find_account(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = account_names_.find(name);
  return found == account_names_.end() ? std::nullopt : std::optional(found->second);
}

std::expected<std::shared_ptr<const AccountView>, Error> Published::account(AccountId account) const {
  const std::scoped_lock lock(mutex_);
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return std::unexpected(Error{ErrorKind::not_found, "no such account"});
  return found->second;
}

std::expected<MailboxStatus, Error> Published::status(MailboxId mailbox) const {
  const std::scoped_lock lock(mutex_);
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return no_mailbox();
  return found->second.status;
}

std::expected<std::shared_ptr<const MailboxView>, Error> Published::view(MailboxId mailbox) const {
  const std::scoped_lock lock(mutex_);
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return no_mailbox();
  return found->second.view;
}

std::expected<Uid, Error> Published::first_recent(MailboxId mailbox, Store::Recent how,
                                                  std::function<void(Uid)> claimed) {
  const std::scoped_lock lock(mutex_);
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return no_mailbox();
  const Uid first = found->second.first_recent;
  if (how == Store::Recent::claim && first != found->second.status.uid_next) {
    found->second.first_recent = found->second.status.uid_next;
    found->second.status.recent = 0;
    claimed(found->second.first_recent);
  }
  return first;
}

std::vector<QueueEntry> Published::queue() const {
  const std::scoped_lock lock(mutex_);
  std::vector<QueueEntry> result;
  result.reserve(queue_.size());
  for (const auto& [id, entry] : queue_) result.push_back(entry);
  return result;
}

std::vector<std::string> Published::account_names() const {
  std::vector<std::string> names;
  {
    const std::scoped_lock lock(mutex_);
    names.reserve(account_names_.size());
    for (const auto& [name, id] : account_names_) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

bool Published::unload(MailboxId mailbox) {
  const std::scoped_lock lock(mutex_);
  const auto found = mailboxes_.find(mailbox);
  if (found == mailboxes_.end()) return true;
  if (found->second.view.use_count() > 1) return false;
  found->second.view.reset();
  return true;
}

class Published::Registered final : public Watch {
 public:
  Registered(std::shared_ptr<Watchers> watchers, MailboxId mailbox, std::uint64_t number)
      : watchers_(std::move(watchers)), mailbox_(mailbox), number_(number) {}
  ~Registered() override {
    const std::scoped_lock lock(watchers_->mutex);
    const auto found = watchers_->callbacks.find(mailbox_);
    found->second.erase(number_);
    if (found->second.empty()) watchers_->callbacks.erase(found);
  }

 private:
  std::shared_ptr<Watchers> watchers_;
  MailboxId mailbox_;
  std::uint64_t number_;
};

std::unique_ptr<Watch> Published::watch(MailboxId mailbox, std::function<void()> changed) {
  const std::scoped_lock lock(watchers_->mutex);
  const std::uint64_t number = ++watchers_->last;
  watchers_->callbacks[mailbox].emplace(number, std::move(changed));
  return std::make_unique<Registered>(watchers_, mailbox, number);
}

}  // namespace pillarbox::store::journal
