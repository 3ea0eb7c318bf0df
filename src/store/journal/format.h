// The bytes of segments and records, as docs/journal-format.md describes them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace pillarbox::store::journal {

inline constexpr std::size_t block_bytes = 4096;
inline constexpr std::uint32_t format_version = 1;

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

// The first block of a segment that is in use, twice: at its beginning and in its middle, so that one bad
// sector doesn't cost a segment. Prepared segments have zeros there.
struct SegmentHeader {
  std::uint64_t number = 0;          // also in the file's name; 1 and up
  std::uint64_t stamp = 0;           // random; seeds its records' checksums, so that older content never fits
  std::uint64_t first_sequence = 0;  // of its first record
  std::uint64_t segment_bytes = 0;   // the file's size
  Time opened;
};

std::string encode(const SegmentHeader& header);  // one block
std::optional<SegmentHeader> decode_segment_header(std::string_view block);
bool is_zero(std::string_view bytes);

enum class RecordKind : std::uint8_t {
  body = 1,     // a message's bytes
  changes = 2,  // what one Batch changed
};

// A Batch whose changes don't fit into one record goes on in the next ones.
struct RecordHeader {
  RecordKind kind = RecordKind::changes;
  bool begins = true;  // the first part, or the only one
  bool ends = true;    // the last part, or the only one
  std::uint32_t payload_bytes = 0;
  std::uint64_t sequence = 0;  // one more than that of the record before
  std::uint64_t group_sequence =
      0;  // of the first record of its group: what was written and flushed together
};

inline constexpr std::size_t record_header_bytes = 32;
inline constexpr std::size_t record_trailer_bytes = 8;  // the checksum
inline constexpr std::size_t record_alignment = 8;

// What a record takes up, header, padding and checksum included.
constexpr std::uint64_t record_bytes(std::uint64_t payload_bytes) {
  return record_header_bytes + round_up(payload_bytes, record_alignment) + record_trailer_bytes;
}

// Bodies up to this stand in records. The setting may be lower.
inline constexpr std::size_t max_inline_body_bytes = 256 * 1024;
// Longer changes are cut into parts of this size.
inline constexpr std::size_t max_changes_bytes = 256 * 1024;
// So nothing says it is longer than this.
inline constexpr std::size_t max_payload_bytes = max_inline_body_bytes + 4096;
inline constexpr std::uint64_t least_segment_bytes = 1024 * 1024;
inline constexpr std::uint64_t most_segment_bytes = 1024 * 1024 * 1024;

// Writes header and checksum around a payload that stands at `record` + record_header_bytes already.
// Requires: `record` has room for record_bytes(header.payload_bytes).
void seal_record(char* record, const RecordHeader& header, std::uint64_t stamp);

// A record at the beginning of `bytes`, whole, with the right checksum, and with no longer a payload than
// `most`; or nothing.
struct Record {
  RecordHeader header;
  std::string_view payload;
  std::size_t bytes = 0;  // from its first to the next one's place
};
std::optional<Record> decode_record(std::string_view bytes, std::uint64_t stamp,
                                    std::size_t most = max_payload_bytes);

// Payload of a body record: the body's id and size, the checksums of its pieces, its bytes.
struct BodyPayload {
  std::uint64_t body = 0;
  std::string_view checksums;  // 8 bytes for each piece
  std::string_view bytes;
};
inline constexpr std::size_t body_prologue_bytes = 16;  // before the checksums
constexpr std::size_t body_payload_bytes(std::size_t size) {
  return body_prologue_bytes + (size + 64 * 1024 - 1) / (64 * 1024) * 8 + size;
}
// Requires: room for body_payload_bytes(bytes.size()).
void write_body_payload(char* to, std::uint64_t body, std::string_view checksums, std::string_view bytes);
// Checks that the lengths fit, not the checksums.
std::optional<BodyPayload> decode_body_payload(std::string_view payload);

}  // namespace pillarbox::store::journal
