// The rows of snapshots as bytes.
#include <limits>

#include "store/journal/snapshot.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t most_u32 = std::numeric_limits<std::uint32_t>::max();

std::int64_t milliseconds(Time time) { return time.time_since_epoch().count(); }
Time read_time(ByteReader& in) { return Time{std::chrono::milliseconds{in.zigzag()}}; }
std::uint32_t read_u32(ByteReader& in) { return static_cast<std::uint32_t>(in.varint_up_to(most_u32)); }

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

void write(ByteWriter& out, const StateRow& row) {
  out.varint(row.last.account);
  out.varint(row.last.mailbox);
  out.varint(row.last.queue_entry);
  out.varint(row.last.body);
  out.varint(row.last.uid_validity);
}
void read(ByteReader& in, StateRow& row) {
  row.last.account = in.varint();
  row.last.mailbox = in.varint();
  row.last.queue_entry = in.varint();
  row.last.body = in.varint();
  row.last.uid_validity = read_u32(in);
}

void write(ByteWriter& out, const AccountRow& row) {
  out.varint(row.id.value);
  out.text(row.name);
  write_texts(out, row.subscriptions);
}
void read(ByteReader& in, AccountRow& row) {
  row.id = AccountId{in.varint()};
  row.name = in.text();
  row.subscriptions = read_texts(in);
}

void write(ByteWriter& out, const MailboxRow& row) {
  out.varint(row.id.value);
  out.varint(row.account.value);
  out.text(row.name);
  out.u8(static_cast<std::uint8_t>(row.special_use));
  out.varint(row.uid_validity.value);
  out.u8(row.deleted ? 1 : 0);
  if (row.deleted) out.zigzag(milliseconds(*row.deleted));
  out.varint(row.uid_next.value);
  out.varint(row.highest_modseq.value);
  out.varint(row.messages);
  out.varint(row.unseen);
  out.varint(row.deleted_messages);
  out.varint(row.size);
  out.varint(row.first_recent.value);
  out.varint(row.recent);
  write_texts(out, row.keywords);
}
void read(ByteReader& in, MailboxRow& row) {
  row.id = MailboxId{in.varint_up_to(std::numeric_limits<std::int32_t>::max())};
  row.account = AccountId{in.varint()};
  row.name = in.text();
  const std::uint8_t use = in.u8();
  if (use > static_cast<std::uint8_t>(SpecialUse::trash)) in.fail();
  row.special_use = static_cast<SpecialUse>(use);
  row.uid_validity = UidValidity{read_u32(in)};
  if (in.u8() != 0) row.deleted = read_time(in);
  row.uid_next = Uid{read_u32(in)};
  row.highest_modseq = ModSeq{in.varint()};
  row.messages = read_u32(in);
  row.unseen = read_u32(in);
  row.deleted_messages = read_u32(in);
  row.size = in.varint();
  row.first_recent = Uid{read_u32(in)};
  row.recent = read_u32(in);
  row.keywords = read_texts(in);
}

void write(ByteWriter& out, const ChunkRow& row) {
  out.varint(row.mailbox.value);
  out.text(row.fixed);
  out.text(row.changing);
}
void read(ByteReader& in, ChunkRow& row) {
  row.mailbox = MailboxId{in.varint_up_to(std::numeric_limits<std::int32_t>::max())};
  row.fixed = in.text();
  row.changing = in.text();
}

void write(ByteWriter& out, const BodyReferenceRow& row) {
  out.varint(row.id.value);
  out.varint(row.refs);
  out.varint(row.place.segment);
  out.varint(row.place.at);
  out.varint(row.size);
}
void read(ByteReader& in, BodyReferenceRow& row) {
  row.id = BodyId{in.varint()};
  row.refs = in.varint();
  row.place.segment = in.varint();
  row.place.at = in.varint();
  row.size = in.varint_up_to(most_u32);
}

void write(ByteWriter& out, const QueueRow& row) { journal::write(out, row.entry); }
void read(ByteReader& in, QueueRow& row) { row.entry = read_queue_entry(in); }

void write(ByteWriter& out, const ExpungedMessageRow& row) {
  out.varint(row.mailbox.value);
  out.varint(row.message.uid.value);
  out.varint(row.message.flags.bits);
  out.varint(row.message.modseq.value);
  out.zigzag(milliseconds(row.message.internal_date));
  out.zigzag(milliseconds(row.message.saved));
  out.varint(row.message.size);
  out.varint(row.message.body.value);
  out.zigzag(milliseconds(row.expunged));
}
void read(ByteReader& in, ExpungedMessageRow& row) {
  row.mailbox = MailboxId{in.varint_up_to(std::numeric_limits<std::int32_t>::max())};
  row.message.uid = Uid{read_u32(in)};
  row.message.flags = Flags{in.varint()};
  row.message.modseq = ModSeq{in.varint()};
  row.message.internal_date = read_time(in);
  row.message.saved = read_time(in);
  row.message.size = read_u32(in);
  row.message.body = BodyId{in.varint()};
  row.expunged = read_time(in);
}

void write(ByteWriter& out, const EndRow& row) { out.varint(row.rows); }
void read(ByteReader& in, EndRow& row) { row.rows = in.varint(); }

template <std::size_t Index = 0>
std::optional<SnapshotRow> decode(std::size_t index, ByteReader& in) {
  if constexpr (Index < std::variant_size_v<SnapshotRow>) {
    if (index != Index) return decode<Index + 1>(index, in);
    std::variant_alternative_t<Index, SnapshotRow> row;
    read(in, row);
    if (in.failed() || !in.at_end()) return std::nullopt;
    return row;
  } else {
    return std::nullopt;
  }
}

}  // namespace

// Framed as effects are: kind, length, fields.
void encode(std::string& payload, const SnapshotRow& row) {
  ByteWriter out(payload);
  out.u8(static_cast<std::uint8_t>(row.index() + 1));
  const std::size_t length_at = out.size();
  out.u32(0);
  std::visit([&](const auto& fields) { write(out, fields); }, row);
  out.patch_u32(length_at, static_cast<std::uint32_t>(out.size() - length_at - 4));
}

std::optional<SnapshotRow> take_row(std::string_view& payload) {
  ByteReader in(payload);
  const std::uint8_t kind = in.u8();
  const std::uint32_t length = in.u32();
  ByteReader fields(in.bytes(length));
  payload = in.rest();
  if (in.failed() || kind == 0) return std::nullopt;
  return decode(kind - 1u, fields);
}

}  // namespace pillarbox::store::journal
