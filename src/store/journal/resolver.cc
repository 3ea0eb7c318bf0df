#include "store/journal/resolver.h"

#include <algorithm>

#include "base/try.h"
#include "store/limits.h"
#include "store/names.h"

namespace pillarbox::store::journal {

namespace {

constexpr std::uint64_t small_effect = 128;  // any effect's numbers, and the mailbox's Counted
constexpr std::uint64_t message_effect = 48;
constexpr std::size_t usual_payload = 120;  // a delivery's
constexpr std::uint64_t all_keywords = Flags::max_keywords * (limits::keyword_bytes + 4);

struct Bound {
  const Head& head;
  std::size_t restorable;

  std::uint64_t keywords(const FlagNames& names) const {
    std::uint64_t bytes = 0;
    for (const auto& keyword : names.keywords) bytes += keyword.size() + 8;
    return bytes;
  }
  std::uint64_t messages_of(MailboxId mailbox) const {
    const auto found = head.mailboxes.find(mailbox);
    return found == head.mailboxes.end() ? 0 : found->second.messages;
  }
  // A name with all its superiors.
  std::uint64_t path(const std::string& name) const {
    const auto levels = static_cast<std::uint64_t>(std::ranges::count(name, level_separator)) + 1;
    return std::min<std::uint64_t>(levels, limits::mailbox_levels) * (name.size() + 2 * small_effect);
  }

  std::uint64_t operator()(const Append& o) const { return 2 * small_effect + keywords(o.flags); }
  std::uint64_t operator()(const Copy& o) const {
    return 4 * small_effect + all_keywords + o.uids.size() * message_effect;
  }
  std::uint64_t operator()(const Move& o) const {
    return 6 * small_effect + all_keywords + o.uids.size() * (message_effect + 12);
  }
  std::uint64_t operator()(const StoreFlags& o) const {
    return 2 * small_effect + keywords(o.flags) + o.uids.size() * 32;
  }
  std::uint64_t operator()(const Expunge& o) const { return 2 * small_effect + o.uids.size() * 12; }
  std::uint64_t operator()(const Restore&) const {
    return 2 * small_effect + all_keywords + restorable * (message_effect + small_effect);
  }
  std::uint64_t operator()(const CreateMailbox& o) const { return path(o.name); }
  std::uint64_t operator()(const DeleteMailbox&) const { return 2 * small_effect; }
  std::uint64_t operator()(const RenameMailbox& o) const {
    std::uint64_t bytes = path(o.name) + 4 * small_effect;
    const auto found = head.mailboxes.find(o.mailbox);
    if (found == head.mailboxes.end()) return bytes;
    const HeadMailbox& mailbox = found->second;
    if (mailbox.info.name == "INBOX") return bytes + all_keywords + mailbox.messages * (message_effect + 12);
    for (const auto& [name, id] : head.accounts.at(mailbox.account).mailboxes) {
      if (is_inferior(name, mailbox.info.name)) bytes += limits::mailbox_name_bytes + 2 * small_effect;
    }
    return bytes;
  }
  std::uint64_t operator()(const Subscribe& o) const { return small_effect + o.name.size(); }
  std::uint64_t operator()(const Unsubscribe& o) const { return small_effect + o.name.size(); }
  std::uint64_t operator()(const Enqueue& o) const {
    std::uint64_t bytes =
        2 * small_effect + o.entry.trace_id.size() + o.entry.action.size() + o.entry.reverse_path.size();
    for (const auto& text : o.entry.recipients) bytes += text.size() + 8;
    for (const auto& text : o.entry.parameters) bytes += text.size() + 8;
    return bytes;
  }
  std::uint64_t operator()(const Dequeue&) const { return small_effect; }
};

void make_unique(std::vector<MailboxId>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

void Resolver::begin(Time now, std::span<const std::uint64_t> body_sizes,
                     const std::vector<Restorable>* restorable) {
  now_ = now;
  body_sizes_ = body_sizes;
  restorable_ = restorable;
  resolution_ = {};
  resolution_.bodies.resize(body_sizes.size());
  resolution_.payload.reserve(usual_payload);
  saved_last_ = head_.last;
  saved_mailboxes_.clear();
  saved_accounts_.clear();
  made_mailboxes_.clear();
  made_account_.reset();
  batch_touched_.mailboxes.clear();
  batch_touched_.accounts.clear();
  batch_touched_.deleted.clear();
  batch_touched_.queued.clear();
  batch_touched_.dequeued.clear();
  batch_taken_.clear();
}

// Deliveries are the most of all batches: they are checked first and need no way back.
bool Resolver::may_fail_late(const std::vector<Operation>& operations) {
  if (operations.size() == 1) {
    const Operation& only = operations.front();
    return std::holds_alternative<Restore>(only) || std::holds_alternative<CreateMailbox>(only) ||
           std::holds_alternative<RenameMailbox>(only);
  }
  for (const Operation& operation : operations) {
    const auto* append = std::get_if<Append>(&operation);
    const auto* enqueue = std::get_if<Enqueue>(&operation);
    if (enqueue != nullptr && Bound{head_, 0}(*enqueue) <= limits::queue_entry_bytes) continue;
    if (append == nullptr) return true;
    const HeadMailbox* mailbox = head_.find(append->mailbox);
    if (mailbox == nullptr || !append->flags.keywords.empty() || !check_uids(*mailbox, operations.size()))
      return true;
  }
  return !std::ranges::all_of(body_sizes_, [](std::uint64_t size) { return size <= limits::body_bytes; });
}

std::expected<Resolution, Error> Resolver::resolve(const std::vector<Operation>& operations,
                                                   std::span<const std::uint64_t> body_sizes,
                                                   const std::vector<Restorable>& restorable, Time now) {
  begin(now, body_sizes, &restorable);
  saves_ = may_fail_late(operations);
  resolution_.receipt.answers.reserve(operations.size());
  for (const Operation& operation : operations) {
    auto answer = std::visit([this](const auto& o) { return on(o); }, operation);
    if (!answer) {
      roll_back();
      return std::unexpected(answer.error());
    }
    resolution_.receipt.answers.push_back(std::move(*answer));
  }
  return finish();
}

std::expected<std::pair<AccountId, Resolution>, Error> Resolver::make_account(const std::string& name,
                                                                              Time now) {
  begin(now, {}, nullptr);
  const auto known = head_.account_names.find(name);
  if (known != head_.account_names.end()) return std::pair(known->second, finish());
  saves_ = true;
  const AccountId id{++head_.last.account};
  HeadAccount& account = head_.accounts[id];
  account.id = id;
  account.name = name;
  head_.account_names.emplace(name, id);
  made_account_ = id;
  touch(account);
  emit(AccountMade{id, name});
  for (const auto& initial : initial_mailboxes()) {
    const auto made = make_mailbox(id, std::string(initial.name), initial.special_use);
    if (!made) {
      roll_back();
      return std::unexpected(made.error());
    }
    account.subscriptions.emplace(initial.name);
    emit(Subscribed{id, std::string(initial.name)});
  }
  return std::pair(id, finish());
}

Resolution Resolver::forget(const std::vector<std::pair<MailboxId, Uid>>& expunged,
                            const std::vector<MailboxId>& mailboxes) {
  begin(Time{}, {}, nullptr);
  std::map<MailboxId, std::vector<Uid>> uids;
  for (const auto& key : expunged) {
    if (taken_.contains(key)) continue;
    uids[key.first].push_back(key.second);
    batch_taken_.insert(key);
  }
  for (auto& [mailbox, gone] : uids) {
    std::ranges::sort(gone);
    emit(ExpungedForgotten{mailbox, uid_set_of(gone)});
  }
  for (const MailboxId mailbox : mailboxes) emit(MailboxForgotten{mailbox});
  return finish();
}

Resolution Resolver::finish() {
  make_unique(batch_touched_.mailboxes);
  for (const MailboxId id : batch_touched_.mailboxes) {
    if (const HeadMailbox* mailbox = head_.find(id)) emit(mailbox->counted());
  }
  for (const auto& key : batch_taken_) taken_.emplace(key, 0);
  touched_.mailboxes.insert(touched_.mailboxes.end(), batch_touched_.mailboxes.begin(),
                            batch_touched_.mailboxes.end());
  touched_.accounts.insert(batch_touched_.accounts.begin(), batch_touched_.accounts.end());
  touched_.deleted.insert(batch_touched_.deleted.begin(), batch_touched_.deleted.end());
  std::ranges::move(batch_touched_.queued, std::back_inserter(touched_.queued));
  std::ranges::move(batch_touched_.dequeued, std::back_inserter(touched_.dequeued));
  return std::move(resolution_);
}

void Resolver::settle(std::uint64_t sequence, std::uint64_t applied) {
  for (const MailboxId id : batch_touched_.mailboxes) {
    HeadMailbox* mailbox = head_.find(id);
    if (mailbox == nullptr) continue;
    mailbox->last_sequence = sequence;
    for (auto tail = mailbox->tail.rbegin(); tail != mailbox->tail.rend() && tail->sequence == 0; ++tail) {
      tail->sequence = sequence;
    }
    // Whoever loads the mailbox finds these in the index; unless that is being read already.
    auto& tail = mailbox->tail;
    while (!mailbox->is_loading && !tail.empty() && tail.front().sequence <= applied) tail.pop_front();
  }
  for (const auto& key : batch_taken_) taken_[key] = sequence;
  if (!taken_.empty())
    std::erase_if(taken_, [&](const auto& t) { return t.second != 0 && t.second <= applied; });
}

Resolver::Touched Resolver::take_touched() {
  make_unique(touched_.mailboxes);
  return std::exchange(touched_, {});
}

void Resolver::roll_back() {
  for (const QueueId id : batch_touched_.dequeued) head_.queue.insert(id);
  for (const QueueEntry& entry : batch_touched_.queued) head_.queue.erase(entry.id);
  for (const MailboxId id : made_mailboxes_) head_.mailboxes.erase(id);
  for (auto& [id, saved] : saved_mailboxes_) head_.mailboxes.insert_or_assign(id, std::move(saved));
  for (auto& [id, saved] : saved_accounts_) head_.accounts.insert_or_assign(id, std::move(saved));
  if (made_account_) {
    head_.account_names.erase(head_.accounts.at(*made_account_).name);
    head_.accounts.erase(*made_account_);
  }
  head_.last = saved_last_;
}

std::expected<HeadMailbox*, Error> Resolver::open(MailboxId id) {
  HeadMailbox* mailbox = head_.find(id);
  if (mailbox == nullptr) return std::unexpected(Error{ErrorKind::not_found, "no such mailbox"});
  const bool is_new = made_mailboxes_.contains(id);
  if (saves_ && !is_new && !saved_mailboxes_.contains(id)) saved_mailboxes_.emplace(id, mailbox->fork());
  return mailbox;
}

std::expected<HeadAccount*, Error> Resolver::open(AccountId id) {
  HeadAccount* account = head_.find(id);
  if (account == nullptr) return std::unexpected(Error{ErrorKind::not_found, "no such account"});
  if (saves_ && !made_account_ && !saved_accounts_.contains(id)) saved_accounts_.emplace(id, *account);
  return account;
}

std::vector<MailboxId> mailboxes_needed(const std::vector<Operation>& operations) {
  std::vector<MailboxId> needed;
  for (const Operation& operation : operations) {
    if (const auto* copy = std::get_if<Copy>(&operation)) needed.push_back(copy->from);
    if (const auto* move = std::get_if<Move>(&operation)) needed.push_back(move->from);
    if (const auto* flags = std::get_if<StoreFlags>(&operation)) needed.push_back(flags->mailbox);
    if (const auto* expunge = std::get_if<Expunge>(&operation)) needed.push_back(expunge->mailbox);
    if (const auto* rename = std::get_if<RenameMailbox>(&operation)) needed.push_back(rename->mailbox);
  }
  return needed;
}

std::uint64_t payload_bound(const Head& head, const std::vector<Operation>& operations, std::size_t bodies,
                            std::size_t restorable) {
  std::uint64_t bytes = bodies * small_effect;
  for (const Operation& operation : operations) bytes += std::visit(Bound{head, restorable}, operation);
  return bytes;
}

}  // namespace pillarbox::store::journal
