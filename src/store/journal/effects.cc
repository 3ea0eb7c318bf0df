#include "store/journal/effects.h"

#include <limits>

#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t most_u32 = std::numeric_limits<std::uint32_t>::max();

std::int64_t milliseconds(Time time) { return time.time_since_epoch().count(); }
Time time_of(std::int64_t value) { return Time{std::chrono::milliseconds{value}}; }

template <class T>
void id(ByteWriter& out, T value) {
  out.varint(value.value);
}
template <class T>
T id(ByteReader& in) {
  return T{static_cast<typename T::rep>(in.varint_up_to(std::numeric_limits<typename T::rep>::max()))};
}

void write(ByteWriter& out, const Place& place) {
  out.varint(place.segment);
  out.varint(place.at);
}
Place read_place(ByteReader& in) {
  Place place;
  place.segment = in.varint();
  place.at = in.varint();
  return place;
}

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const auto& text : texts) out.text(text);
}
std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> texts;
  const std::uint64_t count = in.varint_up_to(in.rest().size());
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) texts.emplace_back(in.text());
  return texts;
}

void write(ByteWriter& out, const AccountMade& e) {
  id(out, e.account);
  out.text(e.name);
}
void read(ByteReader& in, AccountMade& e) {
  e.account = id<AccountId>(in);
  e.name = in.text();
}

void write(ByteWriter& out, const MailboxMade& e) {
  id(out, e.mailbox);
  id(out, e.account);
  out.text(e.name);
  out.u8(static_cast<std::uint8_t>(e.special_use));
  id(out, e.uid_validity);
}
void read(ByteReader& in, MailboxMade& e) {
  e.mailbox = id<MailboxId>(in);
  e.account = id<AccountId>(in);
  e.name = in.text();
  const std::uint8_t use = in.u8();
  if (use > static_cast<std::uint8_t>(SpecialUse::trash)) in.fail();
  e.special_use = static_cast<SpecialUse>(use);
  e.uid_validity = id<UidValidity>(in);
}

void write(ByteWriter& out, const MailboxDeleted& e) {
  id(out, e.mailbox);
  out.zigzag(milliseconds(e.when));
}
void read(ByteReader& in, MailboxDeleted& e) {
  e.mailbox = id<MailboxId>(in);
  e.when = time_of(in.zigzag());
}

void write(ByteWriter& out, const MailboxForgotten& e) { id(out, e.mailbox); }
void read(ByteReader& in, MailboxForgotten& e) { e.mailbox = id<MailboxId>(in); }

void write(ByteWriter& out, const MailboxRenamed& e) {
  id(out, e.mailbox);
  out.text(e.name);
}
void read(ByteReader& in, MailboxRenamed& e) {
  e.mailbox = id<MailboxId>(in);
  e.name = in.text();
}

void write(ByteWriter& out, const Subscribed& e) {
  id(out, e.account);
  out.text(e.name);
}
void read(ByteReader& in, Subscribed& e) {
  e.account = id<AccountId>(in);
  e.name = in.text();
}

void write(ByteWriter& out, const Unsubscribed& e) {
  id(out, e.account);
  out.text(e.name);
}
void read(ByteReader& in, Unsubscribed& e) {
  e.account = id<AccountId>(in);
  e.name = in.text();
}

void write(ByteWriter& out, const KeywordsAdded& e) {
  id(out, e.mailbox);
  write_texts(out, e.keywords);
}
void read(ByteReader& in, KeywordsAdded& e) {
  e.mailbox = id<MailboxId>(in);
  e.keywords = read_texts(in);
}

// Dates and bodies as differences: messages that come together are often alike.
void write_messages(ByteWriter& out, MailboxId mailbox, std::span<const Message> messages) {
  ASSERT(!messages.empty());
  const Message& first = messages.front();
  id(out, mailbox);
  out.varint(messages.size());
  id(out, first.uid);
  id(out, first.modseq);
  out.zigzag(milliseconds(first.saved));
  auto date = static_cast<std::uint64_t>(milliseconds(first.saved));
  std::uint64_t body = 0;
  for (const auto& message : messages) {
    const auto next = static_cast<std::uint64_t>(milliseconds(message.internal_date));
    out.varint(message.flags.bits);
    out.zigzag(static_cast<std::int64_t>(next - date));
    out.varint(message.size);
    out.zigzag(static_cast<std::int64_t>(message.body.value - body));
    date = next;
    body = message.body.value;
  }
}
void write(ByteWriter& out, const MessagesAdded& e) { write_messages(out, e.mailbox, e.messages); }
void read(ByteReader& in, MessagesAdded& e) {
  e.mailbox = id<MailboxId>(in);
  const std::uint64_t count = in.varint_up_to(in.rest().size() / 4);  // a message takes four bytes at least
  const std::uint64_t uid = in.varint_up_to(most_u32);
  const ModSeq modseq = id<ModSeq>(in);
  const Time saved = time_of(in.zigzag());
  if (count == 0 || uid == 0 || uid + count > most_u32) return in.fail();
  auto date = static_cast<std::uint64_t>(milliseconds(saved));
  std::uint64_t body = 0;
  e.messages.reserve(count);
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    Message message{.uid = Uid{static_cast<std::uint32_t>(uid + i)}, .modseq = modseq, .saved = saved};
    message.flags.bits = in.varint();
    date += static_cast<std::uint64_t>(in.zigzag());
    message.internal_date = time_of(static_cast<std::int64_t>(date));
    message.size = static_cast<std::uint32_t>(in.varint_up_to(most_u32));
    body += static_cast<std::uint64_t>(in.zigzag());
    message.body = BodyId{body};
    e.messages.push_back(message);
  }
}

void write(ByteWriter& out, const FlagsSet& e) {
  id(out, e.mailbox);
  id(out, e.modseq);
  out.varint(e.parts.size());
  for (const auto& part : e.parts) {
    out.varint(part.flags.bits);
    write(out, part.uids);
  }
}
void read(ByteReader& in, FlagsSet& e) {
  e.mailbox = id<MailboxId>(in);
  e.modseq = id<ModSeq>(in);
  const std::uint64_t count = in.varint_up_to(in.rest().size() / 2);
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    const Flags flags{in.varint()};
    e.parts.push_back({flags, read_uid_set(in)});
  }
}

void write(ByteWriter& out, const MessagesExpunged& e) {
  id(out, e.mailbox);
  id(out, e.modseq);
  out.zigzag(milliseconds(e.when));
  write(out, e.uids);
}
void read(ByteReader& in, MessagesExpunged& e) {
  e.mailbox = id<MailboxId>(in);
  e.modseq = id<ModSeq>(in);
  e.when = time_of(in.zigzag());
  e.uids = read_uid_set(in);
}

void write(ByteWriter& out, const MessagesMovedAway& e) {
  id(out, e.mailbox);
  id(out, e.modseq);
  write(out, e.uids);
}
void read(ByteReader& in, MessagesMovedAway& e) {
  e.mailbox = id<MailboxId>(in);
  e.modseq = id<ModSeq>(in);
  e.uids = read_uid_set(in);
}

void write(ByteWriter& out, const ExpungedForgotten& e) {
  id(out, e.mailbox);
  write(out, e.uids);
}
void read(ByteReader& in, ExpungedForgotten& e) {
  e.mailbox = id<MailboxId>(in);
  e.uids = read_uid_set(in);
}

void write(ByteWriter& out, const BodyStored& e) {
  id(out, e.body);
  out.varint(e.size);
  write(out, e.place);
}
void read(ByteReader& in, BodyStored& e) {
  e.body = id<BodyId>(in);
  e.size = in.varint_up_to(most_u32);
  e.place = read_place(in);
}

void write(ByteWriter& out, const BodyMoved& e) {
  id(out, e.body);
  write(out, e.place);
}
void read(ByteReader& in, BodyMoved& e) {
  e.body = id<BodyId>(in);
  e.place = read_place(in);
}

void write(ByteWriter& out, const Queued& e) { journal::write(out, e.entry); }
void read(ByteReader& in, Queued& e) { e.entry = read_queue_entry(in); }

void write(ByteWriter& out, const Dequeued& e) { id(out, e.id); }
void read(ByteReader& in, Dequeued& e) { e.id = id<QueueId>(in); }

void write(ByteWriter& out, const Counted& e) {
  id(out, e.mailbox);
  id(out, e.uid_next);
  id(out, e.highest_modseq);
  out.varint(e.messages);
  out.varint(e.unseen);
  out.varint(e.deleted);
  out.varint(e.size);
}
void read(ByteReader& in, Counted& e) {
  e.mailbox = id<MailboxId>(in);
  e.uid_next = id<Uid>(in);
  e.highest_modseq = id<ModSeq>(in);
  e.messages = static_cast<std::uint32_t>(in.varint_up_to(most_u32));
  e.unseen = static_cast<std::uint32_t>(in.varint_up_to(most_u32));
  e.deleted = static_cast<std::uint32_t>(in.varint_up_to(most_u32));
  e.size = in.varint();
}

// An effect is its kind (its place in the variant plus one), the length of what follows as four bytes, its
// fields.
template <class Fields>
void framed(std::string& payload, std::size_t index, Fields fields) {
  ByteWriter out(payload);
  out.u8(static_cast<std::uint8_t>(index + 1));
  const std::size_t length_at = out.size();
  out.u32(0);
  fields(out);
  out.patch_u32(length_at, static_cast<std::uint32_t>(out.size() - length_at - 4));
}

template <std::size_t Index = 0>
std::optional<Effect> decode(std::size_t index, ByteReader& in) {
  if constexpr (Index < std::variant_size_v<Effect>) {
    if (index != Index) return decode<Index + 1>(index, in);
    std::variant_alternative_t<Index, Effect> effect;
    read(in, effect);
    if (in.failed() || !in.at_end()) return std::nullopt;
    return effect;
  } else {
    return std::nullopt;
  }
}

}  // namespace

void encode(std::string& payload, const Effect& effect) {
  framed(payload, effect.index(),
         [&](ByteWriter& out) { std::visit([&](const auto& fields) { write(out, fields); }, effect); });
}

void encode_message_added(std::string& payload, MailboxId mailbox, const Message& message) {
  static const std::size_t index = Effect(MessagesAdded{}).index();
  framed(payload, index, [&](ByteWriter& out) { write_messages(out, mailbox, {&message, 1}); });
}

std::optional<Effect> take_effect(std::string_view& payload) {
  ByteReader in(payload);
  const std::uint8_t kind = in.u8();
  const std::uint32_t length = in.u32();
  ByteReader fields(in.bytes(length));
  payload = in.rest();
  if (in.failed() || kind == 0) return std::nullopt;
  return decode(kind - 1u, fields);
}

void write(ByteWriter& out, const QueueEntry& entry) {
  out.varint(entry.id.value);
  out.text(entry.trace_id);
  out.text(entry.action);
  out.text(entry.reverse_path);
  write_texts(out, entry.recipients);
  write_texts(out, entry.parameters);
  out.zigzag(milliseconds(entry.accepted));
  out.varint(entry.body.value);
}

QueueEntry read_queue_entry(ByteReader& in) {
  QueueEntry entry;
  entry.id = id<QueueId>(in);
  entry.trace_id = in.text();
  entry.action = in.text();
  entry.reverse_path = in.text();
  entry.recipients = read_texts(in);
  entry.parameters = read_texts(in);
  entry.accepted = time_of(in.zigzag());
  entry.body = id<BodyId>(in);
  return entry;
}

}  // namespace pillarbox::store::journal
