#include "store/memory/change.h"

#include <algorithm>

#include "base/try.h"
#include "store/keywords.h"
#include "store/limits.h"
#include "store/names.h"

namespace pillarbox::store::memory {
namespace {

std::unexpected<Error> refuse(ErrorKind kind, std::string detail) {
  return std::unexpected(Error{kind, std::move(detail)});
}

bool names(const std::vector<Uid>& uids, Uid uid) { return std::ranges::binary_search(uids, uid); }

}  // namespace

Change::Change(World& world, Time now, std::chrono::milliseconds window,
               std::vector<std::shared_ptr<const std::string>> bodies)
    : world_(world), now_(now), window_(window), bodies_(std::move(bodies)) {}

std::expected<Mailbox*, Error> Change::open(MailboxId id) {
  const auto found = world_.mailboxes.find(id);
  if (found == world_.mailboxes.end() || found->second->is_deleted) {
    return refuse(ErrorKind::not_found, "no such mailbox");
  }
  touched_.insert(id);
  for (const auto& mailbox : opened_) {
    if (mailbox->info.id == id) return mailbox.get();
  }
  opened_.push_back(std::make_shared<Mailbox>(*found->second));
  found->second = opened_.back();
  return opened_.back().get();
}

const Mailbox* Change::find(AccountId account, const std::string& name) const {
  for (const auto& [id, mailbox] : world_.mailboxes) {
    if (mailbox->account == account && mailbox->info.name == name && !mailbox->is_deleted)
      return mailbox.get();
  }
  return nullptr;
}

std::expected<MailboxId, Error> Change::make(AccountId account, const std::string& name, SpecialUse use) {
  const auto count = std::ranges::count_if(
      world_.mailboxes, [&](const auto& m) { return m.second->account == account && !m.second->is_deleted; });
  if (static_cast<std::size_t>(count) >= limits::mailboxes_per_account) {
    return refuse(ErrorKind::limit, "too many mailboxes");
  }
  // Growing for ever, and not starting again where a lost store of the same names had been: RFC 3501
  // §2.3.1.1.
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()).count();
  world_.last_uid_validity = std::max(world_.last_uid_validity + 1, static_cast<std::uint32_t>(seconds));
  auto mailbox = std::make_shared<Mailbox>();
  mailbox->info = {.id = MailboxId{++world_.last_mailbox},
                   .name = name,
                   .special_use = use,
                   .uid_validity = UidValidity{world_.last_uid_validity}};
  mailbox->account = account;
  const MailboxId id = mailbox->info.id;
  opened_.push_back(mailbox);
  world_.mailboxes.emplace(id, std::move(mailbox));
  return id;
}

std::expected<void, Error> Change::make_superiors(AccountId account, const std::string& name) {
  for (const auto& superior : superiors_of(name)) {
    if (find(account, superior) == nullptr) TRY(make(account, superior, SpecialUse::none));
  }
  return {};
}

AccountId Change::make_account(const std::string& name) {
  const AccountId id{++world_.last_account};
  Account& account = world_.accounts[id];
  account = {.id = id, .name = name};
  for (const auto& initial : initial_mailboxes()) {
    const auto made = make(id, std::string(initial.name), initial.special_use);
    ASSERT(made.has_value());
    account.subscriptions.emplace(initial.name);
  }
  return id;
}

std::expected<Message, Error> Change::message_of(BodyIndex body) {
  ASSERT(body < bodies_.size());
  if (bodies_[body]->size() > limits::body_bytes) return refuse(ErrorKind::limit, "message too large");
  if (!kept_bodies_.contains(body)) {
    kept_bodies_[body] = BodyId{++world_.last_body};
    world_.bodies[kept_bodies_[body]] = bodies_[body];
  }
  return Message{.size = static_cast<std::uint32_t>(bodies_[body]->size()), .body = kept_bodies_[body]};
}

Uid Change::add(Mailbox& mailbox, Message message, FlagNames flags) {
  auto bits = flags_of(flags, mailbox.keywords, Unknown::add);
  if (!bits) bits = flags_of(flags, mailbox.keywords, Unknown::ignore);
  message.uid = mailbox.uid_next;
  message.flags = *bits;
  message.modseq = mailbox.highest_modseq;
  message.saved = now_;
  mailbox.messages.push_back(message);
  mailbox.uid_next.value += 1;
  return message.uid;
}

std::expected<Answer, Error> Change::operator()(const Append& operation) {
  Mailbox& mailbox = *TRY(open(operation.mailbox));
  Message message = TRY(message_of(operation.body));
  message.internal_date = operation.internal_date;
  TRY(flags_of(operation.flags, mailbox.keywords, Unknown::add));
  mailbox.highest_modseq.value += 1;
  const Uid uid = add(mailbox, message, operation.flags);
  return Appended{.uid_validity = mailbox.info.uid_validity, .uids = {uid}};
}

std::expected<Answer, Error> Change::operator()(const Copy& operation) {
  const Mailbox& from = *TRY(open(operation.from));
  Mailbox& to = *TRY(open(operation.to));
  Copied copied{.uid_validity = to.info.uid_validity};
  const std::vector<Message> messages = from.messages;  // `to` may be the same mailbox
  for (const Message& message : messages) {
    if (!names(operation.uids, message.uid)) continue;
    if (copied.from.empty()) to.highest_modseq.value += 1;
    copied.from.push_back(message.uid);
    copied.to.push_back(add(to, message, names_of(message.flags, from.keywords)));
  }
  return copied;
}

std::expected<Answer, Error> Change::operator()(const Move& operation) {
  const auto answer = TRY((*this)(Copy{operation.from, operation.uids, operation.to}));
  const auto& copied = std::get<Copied>(answer);
  Mailbox& from = *TRY(open(operation.from));
  if (!copied.from.empty()) from.highest_modseq.value += 1;
  std::erase_if(from.messages, [&](const Message& m) { return names(copied.from, m.uid); });
  return answer;
}

std::expected<Answer, Error> Change::operator()(const StoreFlags& operation) {
  using Mode = StoreFlags::Mode;
  Mailbox& mailbox = *TRY(open(operation.mailbox));
  const Unknown unknown = operation.mode == Mode::remove ? Unknown::ignore : Unknown::add;
  const Flags flags = TRY(flags_of(operation.flags, mailbox.keywords, unknown));
  FlagsStored stored;
  for (Message& message : mailbox.messages) {
    if (!names(operation.uids, message.uid)) continue;
    if (operation.unchanged_since && message.modseq > *operation.unchanged_since) {
      stored.modified.push_back(message.uid);
      continue;
    }
    Flags wanted = flags;
    if (operation.mode == Mode::add) wanted.bits = message.flags.bits | flags.bits;
    if (operation.mode == Mode::remove) wanted.bits = message.flags.bits & ~flags.bits;
    if (wanted == message.flags) continue;
    if (stored.modseq == ModSeq{}) stored.modseq = {++mailbox.highest_modseq.value};
    message.flags = wanted;
    message.modseq = stored.modseq;
  }
  return stored;
}

std::expected<Answer, Error> Change::operator()(const Expunge& operation) {
  Mailbox& mailbox = *TRY(open(operation.mailbox));
  Expunged expunged;
  std::erase_if(mailbox.messages, [&](const Message& message) {
    if (!message.flags.has(Flags::deleted) || !names(operation.uids, message.uid)) return false;
    expunged.uids.push_back(message.uid);
    mailbox.expunged.push_back({.message = message, .expunged = now_});
    return true;
  });
  if (!expunged.uids.empty()) mailbox.highest_modseq.value += 1;
  std::ranges::sort(mailbox.expunged, {}, [](const ExpungedMessage& e) { return e.message.uid; });
  return expunged;
}

std::expected<Answer, Error> Change::operator()(const Restore& operation) {
  Mailbox& to = *TRY(open(operation.mailbox));
  Appended restored{.uid_validity = to.info.uid_validity};
  for (auto& [id, shared] : world_.mailboxes) {
    if (shared->account != to.account) continue;
    auto from = std::make_shared<Mailbox>(*shared);
    std::vector<ExpungedMessage> left;
    std::vector<ExpungedMessage> found;
    for (const auto& expunged : from->expunged) {
      const bool is_wanted = std::ranges::count(operation.bodies, expunged.message.body) > 0;
      (is_wanted && expunged.expunged + window_ > now_ ? found : left).push_back(expunged);
    }
    if (found.empty()) continue;
    Mailbox& source = id == to.info.id ? to : *from;
    source.expunged = left;
    for (const auto& expunged : found) {
      Message message = expunged.message;
      FlagNames flags = names_of(message.flags, source.keywords);
      flags.system &= ~Flags::deleted;  // else the next EXPUNGE would take it away again
      if (restored.uids.empty()) to.highest_modseq.value += 1;
      restored.uids.push_back(add(to, message, flags));
    }
    if (id != to.info.id) {
      opened_.push_back(from);
      shared = from;
    }
  }
  return restored;
}

std::expected<Answer, Error> Change::operator()(const CreateMailbox& operation) {
  if (!world_.accounts.contains(operation.account)) return refuse(ErrorKind::not_found, "no such account");
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  if (find(operation.account, name) != nullptr) return refuse(ErrorKind::exists, "mailbox exists");
  TRY(make_superiors(operation.account, name));
  const MailboxId id = TRY(make(operation.account, name, operation.special_use));
  return Created{.mailbox = id, .uid_validity = world_.mailboxes.at(id)->info.uid_validity};
}

std::expected<Answer, Error> Change::operator()(const DeleteMailbox& operation) {
  Mailbox& mailbox = *TRY(open(operation.mailbox));
  if (mailbox.info.name == "INBOX") return refuse(ErrorKind::not_allowed, "INBOX stays");
  for (const auto& message : mailbox.messages) {
    mailbox.expunged.push_back({.message = message, .expunged = now_});
  }
  std::ranges::sort(mailbox.expunged, {}, [](const ExpungedMessage& e) { return e.message.uid; });
  mailbox.messages.clear();
  mailbox.is_deleted = true;
  return Done{};
}

std::expected<Answer, Error> Change::operator()(const RenameMailbox& operation) {
  Mailbox& mailbox = *TRY(open(operation.mailbox));
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  const std::string old_name = mailbox.info.name;
  if (find(mailbox.account, name) != nullptr) return refuse(ErrorKind::exists, "mailbox exists");
  if (old_name == "INBOX") {
    TRY(move_inbox(mailbox, name));
    return Done{};
  }
  if (is_inferior(name, old_name))
    return refuse(ErrorKind::not_allowed, "the new name lies below the old one");
  std::vector<std::pair<std::size_t, MailboxId>> inferiors;  // by length of the name
  for (const auto& [id, other] : world_.mailboxes) {
    if (other->account == mailbox.account && !other->is_deleted && is_inferior(other->info.name, old_name)) {
      inferiors.emplace_back(other->info.name.size(), id);
    }
  }
  // Shorter ones first: "a/b" to "a" makes room for "a/b/b" to become "a/b".
  std::ranges::sort(inferiors);
  mailbox.info.name = name;
  for (const auto& [length, id] : inferiors) {
    Mailbox& inferior = *TRY(open(id));
    const auto renamed = TRY(canonical_mailbox_name(name + inferior.info.name.substr(old_name.size())));
    if (find(mailbox.account, renamed) != nullptr)
      return refuse(ErrorKind::exists, "inferior mailbox exists");
    inferior.info.name = renamed;
  }
  TRY(make_superiors(mailbox.account, name));
  return Done{};
}

std::expected<void, Error> Change::move_inbox(Mailbox& inbox, const std::string& name) {
  TRY(make_superiors(inbox.account, name));
  const MailboxId to = TRY(make(inbox.account, name, SpecialUse::none));
  std::vector<Uid> all;
  for (const auto& message : inbox.messages) all.push_back(message.uid);
  TRY((*this)(Move{inbox.info.id, all, to}));
  return {};
}

std::expected<Answer, Error> Change::operator()(const Subscribe& operation) {
  const auto account = world_.accounts.find(operation.account);
  if (account == world_.accounts.end()) return refuse(ErrorKind::not_found, "no such account");
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  auto& subscriptions = account->second.subscriptions;
  if (subscriptions.size() >= limits::subscriptions_per_account && !subscriptions.contains(name)) {
    return refuse(ErrorKind::limit, "too many subscriptions");
  }
  subscriptions.insert(name);
  return Done{};
}

std::expected<Answer, Error> Change::operator()(const Unsubscribe& operation) {
  const auto account = world_.accounts.find(operation.account);
  if (account == world_.accounts.end()) return refuse(ErrorKind::not_found, "no such account");
  account->second.subscriptions.erase(TRY(canonical_mailbox_name(operation.name)));
  return Done{};
}

std::expected<Answer, Error> Change::operator()(const Enqueue& operation) {
  QueueEntry entry = operation.entry;
  entry.id = QueueId{++world_.last_queue_entry};
  entry.body = TRY(message_of(operation.body)).body;
  const QueueId id = entry.id;
  world_.queue.emplace(id, std::move(entry));
  return Enqueued{id};
}

std::expected<Answer, Error> Change::operator()(const Dequeue& operation) {
  if (world_.queue.erase(operation.id) == 0) return refuse(ErrorKind::not_found, "no such queue entry");
  return Done{};
}

}  // namespace pillarbox::store::memory
