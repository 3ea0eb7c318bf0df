#include "store/journal/format.h"

#include <cstring>

#include "store/journal/bytes.h"
#include "store/journal/checksum.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::string_view segment_magic = "PBXSEGMT";
constexpr std::string_view record_magic = "PBXR";
constexpr std::size_t segment_header_bytes = 56;  // before its checksum
constexpr std::size_t second_header_at = 2048;

constexpr std::uint8_t begins_bit = 1;
constexpr std::uint8_t ends_bit = 2;

// Into memory that is there already, without a string in between.
template <class T>
char* put(char* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) *to++ = static_cast<char>(std::uint64_t{value} >> (8 * i));
  return to;
}

}  // namespace

std::string encode(const SegmentHeader& header) {
  std::string block;  // first only the header
  block.reserve(block_bytes);
  ByteWriter out(block);
  out.bytes(segment_magic);
  out.u32(format_version);
  out.u32(0);
  out.u64(header.number);
  out.u64(header.stamp);
  out.u64(header.first_sequence);
  out.u64(header.segment_bytes);
  out.u64(static_cast<std::uint64_t>(header.opened.time_since_epoch().count()));
  out.u64(checksum(block));
  const std::string once = block;
  block.resize(second_header_at);
  block += once;
  block.resize(block_bytes);
  return block;
}

namespace {

std::optional<SegmentHeader> decode_one_header(std::string_view block) {
  ByteReader in(block);
  const bool is_ours = in.bytes(segment_magic.size()) == segment_magic && in.u32() == format_version;
  if (!is_ours || in.u32() != 0) return std::nullopt;
  SegmentHeader header;
  header.number = in.u64();
  header.stamp = in.u64();
  header.first_sequence = in.u64();
  header.segment_bytes = in.u64();
  header.opened = Time{std::chrono::milliseconds{static_cast<std::int64_t>(in.u64())}};
  if (in.u64() != checksum(block.substr(0, segment_header_bytes))) return std::nullopt;
  const bool is_possible =
      header.number > 0 && header.first_sequence > 0 && header.segment_bytes >= least_segment_bytes &&
      header.segment_bytes <= most_segment_bytes && header.segment_bytes % block_bytes == 0;
  return is_possible ? std::optional(header) : std::nullopt;
}

}  // namespace

std::optional<SegmentHeader> decode_segment_header(std::string_view block) {
  if (block.size() < block_bytes) return std::nullopt;
  const auto header = decode_one_header(block);
  return header ? header : decode_one_header(block.substr(second_header_at));
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

void seal_record(char* record, const RecordHeader& header, std::uint64_t stamp) {
  char* to = record;
  std::memcpy(to, record_magic.data(), record_magic.size());
  to += record_magic.size();
  to = put(to, static_cast<std::uint8_t>(header.kind));
  to = put(to, static_cast<std::uint8_t>((header.begins ? begins_bit : 0) | (header.ends ? ends_bit : 0)));
  to = put(to, std::uint16_t{0});
  to = put(to, header.payload_bytes);
  to = put(to, std::uint32_t{0});
  to = put(to, header.sequence);
  to = put(to, header.group_sequence);
  const std::size_t checked = record_bytes(header.payload_bytes) - record_trailer_bytes;
  std::memset(to + header.payload_bytes, 0, checked - record_header_bytes - header.payload_bytes);
  put(record + checked, checksum({record, checked}, stamp));
}

std::optional<Record> decode_record(std::string_view bytes, std::uint64_t stamp, std::size_t most) {
  ByteReader in(bytes);
  if (in.bytes(record_magic.size()) != record_magic) return std::nullopt;
  Record record;
  const std::uint8_t kind = in.u8();
  const std::uint8_t parts = in.u8();
  if (kind != static_cast<std::uint8_t>(RecordKind::body) &&
      kind != static_cast<std::uint8_t>(RecordKind::changes)) {
    return std::nullopt;
  }
  if (in.u16() != 0) return std::nullopt;
  record.header.kind = static_cast<RecordKind>(kind);
  record.header.begins = (parts & begins_bit) != 0;
  record.header.ends = (parts & ends_bit) != 0;
  record.header.payload_bytes = in.u32();
  if (in.u32() != 0) return std::nullopt;
  record.header.sequence = in.u64();
  record.header.group_sequence = in.u64();
  if (in.failed() || parts > (begins_bit | ends_bit) || record.header.payload_bytes > most) {
    return std::nullopt;
  }
  record.bytes = record_bytes(record.header.payload_bytes);
  if (bytes.size() < record.bytes || record.header.group_sequence > record.header.sequence)
    return std::nullopt;
  const std::size_t checked = record.bytes - record_trailer_bytes;
  if (ByteReader(bytes.substr(checked)).u64() != checksum(bytes.substr(0, checked), stamp))
    return std::nullopt;
  record.payload = bytes.substr(record_header_bytes, record.header.payload_bytes);
  return record;
}

void write_body_payload(char* to, std::uint64_t body, std::string_view checksums, std::string_view bytes) {
  to = put(to, body);
  to = put(to, static_cast<std::uint32_t>(bytes.size()));
  to = put(to, std::uint32_t{0});
  std::memcpy(to, checksums.data(), checksums.size());
  if (!bytes.empty()) std::memcpy(to + checksums.size(), bytes.data(), bytes.size());
}

std::optional<BodyPayload> decode_body_payload(std::string_view payload) {
  ByteReader in(payload);
  BodyPayload result;
  result.body = in.u64();
  const std::uint32_t size = in.u32();
  if (in.u32() != 0) return std::nullopt;
  result.checksums = in.bytes(pieces_of(size) * 8);
  result.bytes = in.bytes(size);
  if (in.failed() || !in.at_end()) return std::nullopt;
  return result;
}

}  // namespace pillarbox::store::journal
