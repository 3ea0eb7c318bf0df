// What the operations on messages and the queue come to.
#include <algorithm>

#include "base/try.h"
#include "store/journal/resolver.h"
#include "store/keywords.h"
#include "store/limits.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t most_uids = 0xFFFF'FFFE;

std::unexpected<Error> refuse(ErrorKind kind, const char* detail) {
  return std::unexpected(Error{kind, detail});
}

// Flags of one mailbox as another's, each kind looked up once.
class Translation {
 public:
  Translation(const std::vector<std::string>& from, HeadMailbox& to) : from_(from), to_(to) {}

  Flags operator()(Flags flags) {
    const auto known = known_.find(flags.bits);
    if (known != known_.end()) return known->second;
    const FlagNames names = names_of(flags, from_);
    auto translated = flags_of(names, to_.keywords, Unknown::add);
    // A keyword that finds no room is left behind; the message is what matters.
    if (!translated) translated = flags_of(names, to_.keywords, Unknown::ignore);
    return known_.emplace(flags.bits, *translated).first->second;
  }

 private:
  const std::vector<std::string> from_;  // a copy: both may be the same mailbox
  HeadMailbox& to_;
  std::map<std::uint64_t, Flags> known_;
};

// The messages of `uids` that are in the mailbox. Requires: it is loaded.
template <class Use>
void for_each_of(HeadMailbox& mailbox, const std::vector<Uid>& uids, Use use) {
  ASSERT(mailbox.editor.has_value());
  for (const Uid uid : uids) {
    if (const auto index = mailbox.editor->index_of(uid)) use(*index, mailbox.editor->at(*index));
  }
}

}  // namespace

std::expected<Message, Error> Resolver::message_of(BodyIndex body, Time internal_date) {
  ASSERT(body < body_sizes_.size());
  if (body_sizes_[body] > limits::body_bytes) return refuse(ErrorKind::limit, "message too large");
  BodyId& id = resolution_.bodies[body];
  if (id == BodyId{}) id = BodyId{++head_.last.body};
  return Message{
      .internal_date = internal_date, .size = static_cast<std::uint32_t>(body_sizes_[body]), .body = id};
}

std::expected<void, Error> Resolver::check_uids(const HeadMailbox& mailbox, std::size_t count) const {
  if (mailbox.uid_next.value + std::uint64_t{count} > most_uids) {
    return refuse(ErrorKind::limit, "the mailbox has given out all uids");
  }
  return {};
}

void Resolver::put(HeadMailbox& mailbox, const Message& message) {
  touch(mailbox);
  if (mailbox.editor) {
    mailbox.editor->append(message);
  } else {
    mailbox.tail.push_back({message, 0});
  }
  mailbox.count(message, +1);
  mailbox.uid_next.value += 1;
}

std::vector<Uid> Resolver::add(HeadMailbox& mailbox, std::vector<Message> messages) {
  std::vector<Uid> uids;
  if (messages.empty()) return uids;
  mailbox.highest_modseq.value += 1;
  uids.reserve(messages.size());
  for (Message& message : messages) {
    message.uid = mailbox.uid_next;
    message.modseq = mailbox.highest_modseq;
    message.saved = now_;
    put(mailbox, message);
    uids.push_back(message.uid);
  }
  emit(MessagesAdded{mailbox.info.id, std::move(messages)});
  return uids;
}

void Resolver::remove(HeadMailbox& mailbox, const std::vector<Uid>& uids) {
  touch(mailbox);
  for_each_of(mailbox, uids, [&](std::size_t, const Message& message) { mailbox.count(message, -1); });
  mailbox.editor->remove(uids);
  mailbox.highest_modseq.value += 1;
}

void Resolver::emit_keywords(const HeadMailbox& mailbox, std::size_t known) {
  if (mailbox.keywords.size() == known) return;
  touch(mailbox);
  emit(
      KeywordsAdded{mailbox.info.id,
                    {mailbox.keywords.begin() + static_cast<std::ptrdiff_t>(known), mailbox.keywords.end()}});
}

Resolver::Result Resolver::on(const Append& operation) {
  HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  TRY(check_uids(mailbox, 1));
  Message message = TRY(message_of(operation.body, operation.internal_date));
  const std::size_t known = mailbox.keywords.size();
  message.flags = TRY(flags_of(operation.flags, mailbox.keywords, Unknown::add));
  emit_keywords(mailbox, known);
  mailbox.highest_modseq.value += 1;
  message.uid = mailbox.uid_next;
  message.modseq = mailbox.highest_modseq;
  message.saved = now_;
  put(mailbox, message);
  encode_message_added(resolution_.payload, mailbox.info.id, message);
  return Appended{.uid_validity = mailbox.info.uid_validity, .uids = {message.uid}};
}

Resolver::Result Resolver::on(const Copy& operation) {
  HeadMailbox& from = *TRY(open(operation.from));
  HeadMailbox& to = *TRY(open(operation.to));
  TRY(check_uids(to, operation.uids.size()));
  const std::size_t known = to.keywords.size();
  Translation translate(from.keywords, to);
  Copied copied{.uid_validity = to.info.uid_validity};
  std::vector<Message> messages;
  for_each_of(from, operation.uids, [&](std::size_t, const Message& message) {
    copied.from.push_back(message.uid);
    messages.push_back(message);
    messages.back().flags = translate(message.flags);
  });
  emit_keywords(to, known);
  copied.to = add(to, std::move(messages));
  return copied;
}

Resolver::Result Resolver::on(const Move& operation) {
  auto answer = TRY(on(Copy{operation.from, operation.uids, operation.to}));
  const auto& moved = std::get<Copied>(answer).from;
  if (moved.empty()) return answer;
  HeadMailbox& from = *TRY(open(operation.from));
  remove(from, moved);
  emit(MessagesMovedAway{operation.from, from.highest_modseq, uid_set_of(moved)});
  return answer;
}

Resolver::Result Resolver::on(const StoreFlags& operation) {
  using Mode = StoreFlags::Mode;
  HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  const std::size_t known = mailbox.keywords.size();
  const Unknown unknown = operation.mode == Mode::remove ? Unknown::ignore : Unknown::add;
  const Flags flags = TRY(flags_of(operation.flags, mailbox.keywords, unknown));
  emit_keywords(mailbox, known);
  FlagsStored stored;
  FlagsSet effect{.mailbox = operation.mailbox, .modseq = {mailbox.highest_modseq.value + 1}};
  std::map<std::uint64_t, UidSet> changed;  // by what the flags are now
  for_each_of(mailbox, operation.uids, [&](std::size_t index, const Message& message) {
    if (operation.unchanged_since && message.modseq > *operation.unchanged_since) {
      stored.modified.push_back(message.uid);
      return;
    }
    Flags wanted = flags;
    if (operation.mode == Mode::add) wanted.bits = message.flags.bits | flags.bits;
    if (operation.mode == Mode::remove) wanted.bits = message.flags.bits & ~flags.bits;
    if (wanted == message.flags) return;
    mailbox.count(message, -1);
    mailbox.editor->set_flags(index, wanted, effect.modseq);
    mailbox.count(mailbox.editor->at(index), +1);
    journal::add(changed[wanted.bits], message.uid);
  });
  if (changed.empty()) return stored;
  touch(mailbox);
  for (auto& [bits, uids] : changed) effect.parts.push_back({Flags{bits}, std::move(uids)});
  mailbox.highest_modseq = effect.modseq;
  stored.modseq = effect.modseq;
  emit(effect);
  return stored;
}

Resolver::Result Resolver::on(const Expunge& operation) {
  HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  Expunged expunged;
  for_each_of(mailbox, operation.uids, [&](std::size_t, const Message& message) {
    if (message.flags.has(Flags::deleted)) expunged.uids.push_back(message.uid);
  });
  if (expunged.uids.empty()) return expunged;
  remove(mailbox, expunged.uids);
  emit(MessagesExpunged{operation.mailbox, mailbox.highest_modseq, now_, uid_set_of(expunged.uids)});
  return expunged;
}

Resolver::Result Resolver::on(const Restore& operation) {
  HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  const std::size_t known = mailbox.keywords.size();
  std::vector<Message> messages;
  std::map<MailboxId, std::vector<Uid>> taken;
  const std::set<BodyId> wanted(operation.bodies.begin(), operation.bodies.end());
  for (const Restorable& found : *restorable_) {
    const ExpungedKey key{found.mailbox, found.message.uid};
    const bool is_there = found.account == mailbox.account && found.expunged + window_ > now_ &&
                          !taken_.contains(key) && !batch_taken_.contains(key);
    if (!is_there || !wanted.contains(found.message.body)) continue;
    batch_taken_.insert(key);
    taken[found.mailbox].push_back(found.message.uid);
    FlagNames names = found.flags;
    names.system &= ~Flags::deleted;  // else the next EXPUNGE would take it away again
    auto flags = flags_of(names, mailbox.keywords, Unknown::add);
    if (!flags) flags = flags_of(names, mailbox.keywords, Unknown::ignore);
    messages.push_back(found.message);
    messages.back().flags = *flags;
  }
  TRY(check_uids(mailbox, messages.size()));
  emit_keywords(mailbox, known);
  Appended restored{.uid_validity = mailbox.info.uid_validity, .uids = add(mailbox, std::move(messages))};
  for (auto& [from, uids] : taken) {
    std::ranges::sort(uids);
    emit(ExpungedForgotten{from, uid_set_of(uids)});
  }
  return restored;
}

Resolver::Result Resolver::on(const Enqueue& operation) {
  const Message message = TRY(message_of(operation.body, now_));
  QueueEntry entry = operation.entry;
  entry.id = QueueId{++head_.last.queue_entry};
  entry.body = message.body;
  std::string encoded;
  encode(encoded, Queued{entry});
  if (encoded.size() > limits::queue_entry_bytes) return refuse(ErrorKind::limit, "queue entry too large");
  resolution_.payload += encoded;
  head_.queue.insert(entry.id);
  const QueueId id = entry.id;
  batch_touched_.queued.push_back(std::move(entry));
  return Enqueued{id};
}

Resolver::Result Resolver::on(const Dequeue& operation) {
  if (head_.queue.erase(operation.id) == 0) return refuse(ErrorKind::not_found, "no such queue entry");
  batch_touched_.dequeued.push_back(operation.id);
  emit(Dequeued{operation.id});
  return Done{};
}

}  // namespace pillarbox::store::journal
