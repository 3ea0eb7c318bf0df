// Bytes, uid sets, columns, effects, records: there and back, and every kind of damage refused.
#include "store/journal/format.h"

#include <gtest/gtest.h>

#include <random>

#include "store/journal/bytes.h"
#include "store/journal/checksum.h"
#include "store/journal/columns.h"
#include "store/journal/effects.h"
#include "store/journal/uid_set.h"

namespace pillarbox::store::journal {
namespace {

Time at(std::int64_t milliseconds) { return Time{std::chrono::milliseconds{milliseconds}}; }

TEST(Bytes, NumbersComeBack) {
  const std::uint64_t values[] = {0, 1, 127, 128, 16383, 16384, 1u << 31, ~0ull >> 1, ~0ull};
  std::string bytes;
  ByteWriter out(bytes);
  for (const auto value : values) {
    out.varint(value);
    out.zigzag(static_cast<std::int64_t>(value));
    out.u64(value);
    out.u16(static_cast<std::uint16_t>(value));
  }
  ByteReader in(bytes);
  for (const auto value : values) {
    EXPECT_EQ(in.varint(), value);
    EXPECT_EQ(in.zigzag(), static_cast<std::int64_t>(value));
    EXPECT_EQ(in.u64(), value);
    EXPECT_EQ(in.u16(), static_cast<std::uint16_t>(value));
  }
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.failed());
}

TEST(Bytes, FailForGoodAtTheEndAndOnOverlongVarints) {
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        std::string_view("\x80")}) {
    ByteReader in(bytes);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_TRUE(in.failed());
    EXPECT_EQ(in.u8(), 0u);
  }
  ByteReader text("\x05hell");
  EXPECT_EQ(text.text(), "");
  EXPECT_TRUE(text.failed());
}

TEST(UidSets, AreRanges) {
  const std::vector<Uid> uids{Uid{1}, Uid{2}, Uid{3}, Uid{7}, Uid{4294967295}};
  const UidSet set = uid_set_of(uids);
  EXPECT_EQ(set, (UidSet{{1, 3}, {7, 7}, {4294967295, 4294967295}}));
  std::string bytes;
  ByteWriter out(bytes);
  write(out, set);
  ByteReader in(bytes);
  EXPECT_EQ(read_uid_set(in), set);
  EXPECT_TRUE(in.at_end());
}

TEST(UidSets, RefuseZeroDisorderAndOverflow) {
  for (const std::string_view bytes :
       {std::string_view("\x01\x00\x00", 3), std::string_view("\x02\x05\x00\x00\x00", 5),
        std::string_view("\x01\x01\xff\xff\xff\xff\x0f", 7), std::string_view("\x7f\x01\x01")}) {
    ByteReader in(bytes);
    EXPECT_TRUE(read_uid_set(in).empty());
    EXPECT_TRUE(in.failed());
  }
}

std::vector<Message> some_messages(std::size_t count, std::uint64_t spread) {
  std::mt19937_64 random(count + spread);
  std::vector<Message> messages;
  std::uint32_t uid = 0;
  for (std::size_t i = 0; i < count; ++i) {
    uid += 1 + static_cast<std::uint32_t>(random() % 3);
    messages.push_back({.uid = Uid{uid},
                        .flags = Flags{random() % spread},
                        .modseq = ModSeq{random() % spread},
                        .internal_date = at(static_cast<std::int64_t>(random() % spread) - 1000),
                        .saved = at(static_cast<std::int64_t>(random() % spread)),
                        .size = static_cast<std::uint32_t>(random() % spread),
                        .body = BodyId{random() % spread}});
  }
  return messages;
}

void expect_equal(const Message& a, const Message& b) {
  EXPECT_EQ(a.uid, b.uid);
  EXPECT_EQ(a.flags, b.flags);
  EXPECT_EQ(a.modseq, b.modseq);
  EXPECT_EQ(a.internal_date, b.internal_date);
  EXPECT_EQ(a.saved, b.saved);
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.body, b.body);
}

TEST(Columns, OfAnyWidthComeBack) {
  for (const std::size_t count : {1u, 2u, 1000u, 1024u}) {
    for (const std::uint64_t spread : {1ull, 200ull, 60'000ull, 3'000'000'000ull, ~0ull}) {
      const auto messages = some_messages(count, spread);
      const auto unpacked = unpack_messages(pack_fixed(messages), pack_changing(messages));
      ASSERT_TRUE(unpacked.has_value());
      ASSERT_EQ(unpacked->size(), count);
      for (std::size_t i = 0; i < count; ++i) expect_equal((*unpacked)[i], messages[i]);
    }
  }
}

TEST(Columns, RefuseWhatIsCutOrDoesNotBelongTogether) {
  const auto messages = some_messages(20, 1000);
  const std::string fixed = pack_fixed(messages);
  const std::string changing = pack_changing(messages);
  for (std::size_t cut = 0; cut < fixed.size(); ++cut) EXPECT_FALSE(unpack(fixed.substr(0, cut), changing));
  for (std::size_t cut = 0; cut < changing.size(); ++cut)
    EXPECT_FALSE(unpack(fixed, changing.substr(0, cut)));
  EXPECT_FALSE(unpack(fixed + "x", changing));
  EXPECT_FALSE(unpack(fixed, pack_changing(some_messages(19, 1000))));
  auto twice = messages;
  twice[3].uid = twice[2].uid;
  EXPECT_FALSE(unpack(pack_fixed(twice), changing));
}

std::vector<Effect> one_of_each() {
  return {
      AccountMade{AccountId{7}, "alice@example.org"},
      MailboxMade{MailboxId{9}, AccountId{7}, "a/ü", SpecialUse::trash, UidValidity{4'000'000'000}},
      MailboxDeleted{MailboxId{9}, at(1'700'000'000'123)},
      MailboxForgotten{MailboxId{9}},
      MailboxRenamed{MailboxId{9}, "b"},
      Subscribed{AccountId{7}, "x"},
      Unsubscribed{AccountId{7}, ""},
      KeywordsAdded{MailboxId{9}, {"$Junk", "work"}},
      MessagesAdded{MailboxId{9},
                    {{.uid = Uid{5},
                      .flags = Flags{~0ull},
                      .modseq = ModSeq{77},
                      .internal_date = at(-5),
                      .saved = at(1'700'000'000'123),
                      .size = 4'294'967'295,
                      .body = BodyId{12}},
                     {.uid = Uid{6},
                      .modseq = ModSeq{77},
                      .internal_date = at(99),
                      .saved = at(1'700'000'000'123),
                      .body = BodyId{3}}}},
      FlagsSet{MailboxId{9}, ModSeq{78}, {{Flags{1}, {{1, 5}}}, {Flags{0}, {{6, 6}, {8, 9}}}}},
      MessagesExpunged{MailboxId{9}, ModSeq{79}, at(1), {{1, 2}}},
      MessagesMovedAway{MailboxId{9}, ModSeq{80}, {{3, 3}}},
      ExpungedForgotten{MailboxId{9}, {{1, 1}}},
      BodyStored{BodyId{12}, 4096, {3, 8192}},
      BodyMoved{BodyId{12}, {0, 0xfedcba9876543210}},
      Queued{{.id = QueueId{4},
              .trace_id = "t",
              .action = "relay",
              .reverse_path = "",
              .recipients = {"a@b", "c@d"},
              .parameters = {"BODY=8BITMIME"},
              .accepted = at(12),
              .body = BodyId{12}}},
      Dequeued{QueueId{4}},
      Counted{MailboxId{9}, Uid{7}, ModSeq{80}, 3, 2, 1, 1ull << 40},
  };
}

TEST(Effects, ComeBackEachAndTogether) {
  const auto effects = one_of_each();
  ASSERT_EQ(effects.size(), std::variant_size_v<Effect>);
  std::string payload;
  for (const auto& effect : effects) encode(payload, effect);
  std::string_view rest = payload;
  for (const auto& effect : effects) {
    const auto taken = take_effect(rest);
    ASSERT_TRUE(taken.has_value()) << effect.index();
    ASSERT_EQ(taken->index(), effect.index());
    std::string again;
    std::string before;
    encode(again, *taken);
    encode(before, effect);
    EXPECT_EQ(again, before) << effect.index();
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(std::get<MessagesAdded>(effects[8]).messages[1].internal_date, at(99));
  std::string_view added = payload;
  for (int i = 0; i < 8; ++i) take_effect(added);
  const auto messages = std::get<MessagesAdded>(*take_effect(added)).messages;
  for (std::size_t i = 0; i < 2; ++i)
    expect_equal(messages[i], std::get<MessagesAdded>(effects[8]).messages[i]);
}

TEST(Effects, CutAnywhereAreRefused) {
  for (const auto& effect : one_of_each()) {
    std::string payload;
    encode(payload, effect);
    for (std::size_t cut = 1; cut < payload.size(); ++cut) {
      std::string_view rest = std::string_view(payload).substr(0, cut);
      EXPECT_FALSE(take_effect(rest).has_value());
    }
  }
}

TEST(Effects, ASingleMessageIsWrittenAlike) {
  const auto added = std::get<MessagesAdded>(one_of_each()[8]);
  std::string one;
  std::string other;
  encode_message_added(one, added.mailbox, added.messages[0]);
  encode(other, MessagesAdded{added.mailbox, {added.messages[0]}});
  EXPECT_EQ(one, other);
}

std::string record_of(std::string_view payload, RecordHeader header, std::uint64_t stamp) {
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  std::string record(record_bytes(payload.size()), '?');
  payload.copy(record.data() + record_header_bytes, payload.size());
  seal_record(record.data(), header, stamp);
  return record;
}

TEST(Records, ComeBack) {
  for (const std::string payload : {"", "x", "12345678", "123456789"}) {
    const RecordHeader header{
        .kind = RecordKind::body, .begins = true, .ends = false, .sequence = 9, .group_sequence = 4};
    const std::string bytes = record_of(payload, header, 55) + "next";
    const auto record = decode_record(bytes, 55);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->payload, payload);
    EXPECT_EQ(record->bytes, bytes.size() - 4);
    EXPECT_EQ(record->bytes % 8, 0u);
    EXPECT_EQ(record->header.kind, RecordKind::body);
    EXPECT_FALSE(record->header.ends);
    EXPECT_EQ(record->header.sequence, 9u);
    EXPECT_EQ(record->header.group_sequence, 4u);
    EXPECT_FALSE(decode_record(bytes, 56).has_value()) << "of another life of the segment";
  }
}

TEST(Records, EveryFlippedBitIsSeen) {
  const std::string bytes = record_of("some payload", {.sequence = 9, .group_sequence = 9}, 55);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_FALSE(decode_record(damaged, 55).has_value()) << i;
    }
    EXPECT_FALSE(decode_record(bytes.substr(0, i), 55).has_value()) << i;
  }
}

TEST(Segments, HeadersComeBackAndEveryFlippedBitIsSeen) {
  const std::string block = encode(SegmentHeader{.number = 3,
                                                 .stamp = 0x123456789abcdef0,
                                                 .first_sequence = 77,
                                                 .segment_bytes = least_segment_bytes,
                                                 .opened = at(1'700'000'000'000)});
  ASSERT_EQ(block.size(), block_bytes);
  const auto header = decode_segment_header(block);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->number, 3u);
  EXPECT_EQ(header->stamp, 0x123456789abcdef0u);
  EXPECT_EQ(header->first_sequence, 77u);
  EXPECT_EQ(header->segment_bytes, least_segment_bytes);
  EXPECT_EQ(header->opened, at(1'700'000'000'000));
  for (std::size_t i = 0; i < 64; ++i) {
    std::string damaged = block;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_TRUE(decode_segment_header(damaged).has_value()) << "the second one is whole";
    damaged[2048 + (i * 7) % 64] = '?';
    EXPECT_FALSE(decode_segment_header(damaged).has_value()) << i;
  }
  EXPECT_FALSE(decode_segment_header(std::string(block_bytes, '\0')).has_value());
}

TEST(Bodies, CarryAChecksumForEachPiece) {
  for (const std::size_t size : {0u, 1u, 65536u, 65537u, 262'144u}) {
    const std::string bytes(size, 'b');
    const std::string sums = piece_checksums(bytes);
    std::string payload(body_payload_bytes(size), '?');
    write_body_payload(payload.data(), 42, sums, bytes);
    const auto body = decode_body_payload(payload);
    ASSERT_TRUE(body.has_value());
    EXPECT_EQ(body->body, 42u);
    EXPECT_EQ(body->bytes, bytes);
    EXPECT_EQ(body->checksums.size(), (size + 65535) / 65536 * 8);
    EXPECT_FALSE(decode_body_payload(payload + "x").has_value());
  }
}

}  // namespace
}  // namespace pillarbox::store::journal
