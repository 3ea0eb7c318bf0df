#include "store/memory/store.h"

#include <algorithm>

#include "base/try.h"
#include "store/limits.h"
#include "store/names.h"
#include "store/view_editor.h"

namespace pillarbox::store::memory {
namespace {

class MemoryDraft final : public Draft {
 public:
  Task<std::expected<void, Error>> append(std::string_view bytes) override {
    if (bytes_.size() + bytes.size() > limits::body_bytes) {
      co_return std::unexpected(Error{ErrorKind::limit, "message too large"});
    }
    bytes_.append(bytes);
    co_return std::expected<void, Error>{};
  }
  std::uint64_t size() const override { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class MemoryReader final : public BodyReader {
 public:
  explicit MemoryReader(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_->size(); }
  Task<std::expected<std::string_view, Error>> read(std::uint64_t offset, std::size_t most) override {
    const std::string_view all = *bytes_;
    co_return all.substr(std::min<std::uint64_t>(offset, all.size()), most);
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

std::shared_ptr<const MailboxView> view_of(const Mailbox& mailbox) {
  ViewEditor editor(mailbox.info.id, mailbox.info.uid_validity);
  editor.uid_next = mailbox.uid_next;
  editor.highest_modseq = mailbox.highest_modseq;
  editor.keywords = mailbox.keywords;
  for (const auto& message : mailbox.messages) editor.append(message);
  return editor.freeze();
}

MailboxStatus status_of(const Mailbox& mailbox) {
  MailboxStatus status{.uid_validity = mailbox.info.uid_validity,
                       .uid_next = mailbox.uid_next,
                       .highest_modseq = mailbox.highest_modseq};
  for (const auto& message : mailbox.messages) {
    status.messages += 1;
    status.size += message.size;
    if (!message.flags.has(Flags::seen)) status.unseen += 1;
    if (message.flags.has(Flags::deleted)) status.deleted += 1;
    if (message.uid >= mailbox.first_recent) status.recent += 1;
  }
  return status;
}

}  // namespace

// Callbacks run under the mutex, so that none is running once its Watch is gone.
struct MemoryStore::Watchers {
  std::mutex mutex;
  std::uint64_t last = 0;
  std::map<std::uint64_t, std::pair<MailboxId, std::function<void()>>> callbacks;

  void tell(const std::set<MailboxId>& mailboxes) {
    const std::scoped_lock lock(mutex);
    for (const auto& [number, watcher] : callbacks) {
      if (mailboxes.contains(watcher.first)) watcher.second();
    }
  }
};

MemoryStore::MemoryStore(const Clock& clock, std::chrono::milliseconds window)
    : clock_(clock), window_(window), watchers_(std::make_shared<Watchers>()) {}

MemoryStore::~MemoryStore() = default;

std::expected<const Mailbox*, Error> MemoryStore::find(MailboxId mailbox) const {
  const auto found = world_.mailboxes.find(mailbox);
  if (found == world_.mailboxes.end() || found->second->is_deleted) {
    return std::unexpected(Error{ErrorKind::not_found, "no such mailbox"});
  }
  return found->second.get();
}

Task<std::expected<AccountId, Error>> MemoryStore::open_account(std::string name) {
  if (name.empty() || name.size() > limits::account_name_bytes) {
    co_return std::unexpected(Error{ErrorKind::limit, "account name empty or too long"});
  }
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, account] : world_.accounts) {
    if (account.name == name) co_return id;
  }
  co_return Change(world_, clock_.now(), window_, {}).make_account(name);
}

Task<std::expected<std::shared_ptr<const AccountView>, Error>> MemoryStore::account(AccountId account) {
  const std::scoped_lock lock(mutex_);
  const auto found = world_.accounts.find(account);
  if (found == world_.accounts.end())
    co_return std::unexpected(Error{ErrorKind::not_found, "no such account"});
  auto view = std::make_shared<AccountView>();
  view->id = account;
  view->name = found->second.name;
  for (const auto& [id, mailbox] : world_.mailboxes) {
    if (mailbox->account == account && !mailbox->is_deleted) view->mailboxes.push_back(mailbox->info);
  }
  std::ranges::sort(view->mailboxes, comes_before, &MailboxInfo::name);
  const auto& subscriptions = found->second.subscriptions;
  view->subscriptions.assign(subscriptions.begin(), subscriptions.end());
  co_return std::shared_ptr<const AccountView>(std::move(view));
}

Task<std::expected<MailboxStatus, Error>> MemoryStore::status(MailboxId mailbox) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(mailbox);
  if (!found) co_return std::unexpected(found.error());
  co_return status_of(**found);
}

Task<std::expected<std::shared_ptr<const MailboxView>, Error>> MemoryStore::view(MailboxId mailbox) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(mailbox);
  if (!found) co_return std::unexpected(found.error());
  auto& view = views_[mailbox];
  if (!view) view = view_of(**found);
  co_return view;
}

std::unique_ptr<Watch> MemoryStore::watch(MailboxId mailbox, std::function<void()> changed) {
  class Registered final : public Watch {
   public:
    Registered(std::shared_ptr<Watchers> watchers, std::uint64_t number)
        : watchers_(std::move(watchers)), number_(number) {}
    ~Registered() override {
      const std::scoped_lock lock(watchers_->mutex);
      watchers_->callbacks.erase(number_);
    }

   private:
    std::shared_ptr<Watchers> watchers_;
    std::uint64_t number_;
  };
  const std::scoped_lock lock(watchers_->mutex);
  const std::uint64_t number = ++watchers_->last;
  watchers_->callbacks.emplace(number, std::pair(mailbox, std::move(changed)));
  return std::make_unique<Registered>(watchers_, number);
}

Task<std::expected<Uid, Error>> MemoryStore::first_recent(MailboxId mailbox, Recent how) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(mailbox);
  if (!found) co_return std::unexpected(found.error());
  const Uid first = (*found)->first_recent;
  if (how == Recent::claim) {
    auto changed = std::make_shared<Mailbox>(**found);
    changed->first_recent = changed->uid_next;
    world_.mailboxes[mailbox] = std::move(changed);
  }
  co_return first;
}

std::unique_ptr<Draft> MemoryStore::begin_draft() { return std::make_unique<MemoryDraft>(); }

Task<std::expected<Receipt, Error>> MemoryStore::commit(Batch batch) {
  if (batch.bodies.size() > limits::bodies_per_batch ||
      batch.operations.size() > limits::operations_per_batch) {
    co_return std::unexpected(Error{ErrorKind::limit, "too many operations in one batch"});
  }
  std::set<MailboxId> touched;
  Receipt receipt;
  {
    const std::scoped_lock lock(mutex_);
    World next = world_;
    std::vector<std::shared_ptr<const std::string>> bodies;
    for (const auto& draft : batch.bodies) {
      bodies.push_back(std::make_shared<const std::string>(dynamic_cast<MemoryDraft&>(*draft).take()));
    }
    Change change(next, clock_.now(), window_, bodies);
    for (const auto& operation : batch.operations) {
      auto answer = std::visit(change, operation);
      if (!answer) co_return std::unexpected(answer.error());
      receipt.answers.push_back(std::move(*answer));
    }
    touched = change.touched();
    world_ = std::move(next);
    for (const MailboxId mailbox : touched) views_.erase(mailbox);
  }
  watchers_->tell(touched);
  co_return receipt;
}

Task<std::expected<std::unique_ptr<BodyReader>, Error>> MemoryStore::body(BodyId body) {
  const std::scoped_lock lock(mutex_);
  const auto found = world_.bodies.find(body);
  if (found == world_.bodies.end()) co_return std::unexpected(Error{ErrorKind::not_found, "no such body"});
  co_return std::make_unique<MemoryReader>(found->second);
}

Task<std::vector<std::optional<std::string>>> MemoryStore::cached(std::vector<BodyId> bodies) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::optional<std::string>> result;
  for (const BodyId body : bodies) {
    const auto found = cache_.find(body);
    result.push_back(found == cache_.end() ? std::nullopt : std::optional(found->second));
  }
  co_return result;
}

void MemoryStore::cache(BodyId body, std::string computed) {
  const std::scoped_lock lock(mutex_);
  cache_[body] = std::move(computed);
}

Task<std::expected<std::vector<ExpungedMessage>, Error>> MemoryStore::expunged(MailboxId mailbox) {
  const std::scoped_lock lock(mutex_);
  const auto found = world_.mailboxes.find(mailbox);
  if (found == world_.mailboxes.end())
    co_return std::unexpected(Error{ErrorKind::not_found, "no such mailbox"});
  auto result = found->second->expunged;
  std::erase_if(result, [&](const auto& e) { return e.expunged + window_ <= clock_.now(); });
  co_return result;
}

Task<std::expected<std::vector<QueueEntry>, Error>> MemoryStore::queue() {
  const std::scoped_lock lock(mutex_);
  std::vector<QueueEntry> result;
  for (const auto& [id, entry] : world_.queue) result.push_back(entry);
  co_return result;
}

Task<std::expected<std::vector<std::string>, Error>> MemoryStore::account_names() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> result;
  for (const auto& [id, account] : world_.accounts) result.push_back(account.name);
  std::ranges::sort(result);
  co_return result;
}

}  // namespace pillarbox::store::memory
