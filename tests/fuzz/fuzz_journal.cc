// links: store_journal
// Any bytes as files of the store: as they are, and as what stands inside of records whose checksums fit.
#include <cstring>

#include "base/try.h"
#include "store/journal/body_files.h"
#include "store/journal/checkpoint.h"
#include "store/journal/columns.h"
#include "store/journal/index_writer.h"
#include "store/journal/memory_file.h"
#include "store/journal/reader.h"

namespace {

using namespace pillarbox::store::journal;

constexpr std::uint64_t stamp = 7;
constexpr SegmentHeader header{
    .number = 1, .stamp = stamp, .first_sequence = 1, .segment_bytes = least_segment_bytes};

std::string record_of(std::string_view payload, RecordHeader fields) {
  fields.payload_bytes = static_cast<std::uint32_t>(payload.size());
  std::string record(record_bytes(payload.size()), '\0');
  payload.copy(record.data() + record_header_bytes, payload.size());
  seal_record(record.data(), fields, stamp);
  return record;
}

void read_segment(std::string bytes) {
  bytes.resize(least_segment_bytes);
  if (const auto found = decode_segment_header(bytes)) ASSERT(found->number > 0);
  JournalReader journal({{header, std::make_shared<MemoryFile>(std::move(bytes)), "fuzz"}}, 1);
  Assembler assembler;
  std::uint64_t last = 0;
  while (const auto entry = *journal.next()) {
    ASSERT(entry->header.sequence > last);
    last = entry->header.sequence;
    assembler.add(entry->header, entry->payload);
    decode_body_payload(entry->payload);
  }
  ASSERT(journal.next_sequence() == last + 1);
}

// The input as a list of records: how each is framed, how long it is, its bytes; some are broken afterwards.
void read_records(std::string_view input) {
  std::string segment(block_bytes, '\0');
  std::uint64_t sequence = 1;
  std::uint64_t group = 1;
  for (ByteReader in(input); !in.at_end() && segment.size() < least_segment_bytes / 2;) {
    const std::uint8_t how = in.u8();
    const std::size_t length = std::min<std::size_t>(in.u16(), in.rest().size());
    if ((how & 1) != 0) segment.resize(round_up(segment.size(), block_bytes));
    if ((how & 1) != 0) group = sequence;
    std::string record =
        record_of(in.bytes(length), {.kind = (how & 2) != 0 ? RecordKind::body : RecordKind::changes,
                                     .begins = (how & 4) != 0,
                                     .ends = (how & 8) != 0,
                                     .sequence = sequence,
                                     .group_sequence = group});
    if ((how & 16) != 0) record[record.size() / 2] = static_cast<char>(record[record.size() / 2] ^ how);
    if ((how & 32) == 0) sequence += 1;
    segment += record;
  }
  read_segment(std::move(segment));
}

void apply_effects(std::string_view input) {
  std::string again;
  for (std::string_view rest = input; !rest.empty();) {
    const auto effect = take_effect(rest);
    if (effect) encode(again, *effect);
  }
  auto index = *IndexWriter::open(":memory:");
  const std::size_t half = input.size() / 2;
  ASSERT(index.apply(1, again) && index.commit() && index.apply(2, input.substr(half)) && index.commit());
  ASSERT(index.recount());
}

void load_snapshot(std::string_view rows) {
  std::string bytes = encode(SnapshotHeader{.sequence = 9, .stamp = stamp});
  bytes += record_of(rows, {.sequence = 1, .group_sequence = 1});
  auto snapshot = SnapshotReader::open(std::make_shared<MemoryFile>(std::move(bytes)), "fuzz");
  ASSERT(snapshot.has_value());
  static_cast<void>(load_checkpoint(*snapshot, ":memory:"));
}

void read_others(std::string_view input) {
  const std::size_t half = input.size() / 2;
  if (const auto messages = unpack_messages(input.substr(0, half), input.substr(half))) {
    ASSERT(unpack(pack_fixed(*messages), pack_changing(*messages)).has_value());
  }
  decode_body_footer(input);
  static_cast<void>(SnapshotReader::open(std::make_shared<MemoryFile>(std::string(input)), "fuzz"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0: read_segment(std::string(block_bytes, '\0') + std::string(input)); break;
    case 1: read_records(input); break;
    case 2: apply_effects(input); break;
    case 3: load_snapshot(input); break;
    default: read_others(input); break;
  }
  return 0;
}
