#include "store/journal/columns.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/try.h"
#include "store/journal/bytes.h"

namespace pillarbox::store::journal {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are copied as they lie in memory");

constexpr std::uint8_t packing_version = 1;

template <class T>
void pack_as(std::string& out, const std::vector<std::uint64_t>& values, std::uint64_t least) {
  std::vector<T> column(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) column[i] = static_cast<T>(values[i] - least);
  out.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T));
}

template <class Get>
void pack_column(std::string& out, const std::vector<Message>& messages, Get get) {
  std::vector<std::uint64_t> values(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) values[i] = static_cast<std::uint64_t>(get(messages[i]));
  // Dates before 1970 are large here; their differences still come out right, for they wrap.
  const auto [least, most] = std::ranges::minmax(values);
  const std::uint64_t span = most - least;
  ByteWriter writer(out);
  writer.u64(least);
  if (span == 0) {
    writer.u8(0);
  } else if (span <= std::numeric_limits<std::uint8_t>::max()) {
    writer.u8(1);
    pack_as<std::uint8_t>(out, values, least);
  } else if (span <= std::numeric_limits<std::uint16_t>::max()) {
    writer.u8(2);
    pack_as<std::uint16_t>(out, values, least);
  } else if (span <= std::numeric_limits<std::uint32_t>::max()) {
    writer.u8(4);
    pack_as<std::uint32_t>(out, values, least);
  } else {
    writer.u8(8);
    pack_as<std::uint64_t>(out, values, least);
  }
}

std::string begin(std::size_t count) {
  ASSERT(count > 0 && count <= Chunk::capacity);
  std::string out;
  ByteWriter writer(out);
  writer.u8(packing_version);
  writer.u16(static_cast<std::uint16_t>(count));
  return out;
}

// The number of messages, or 0 if it isn't a possible one.
std::size_t read_count(ByteReader& in) {
  const std::uint8_t version = in.u8();
  const std::size_t count = in.u16();
  return version == packing_version && count <= Chunk::capacity && !in.failed() ? count : 0;
}

template <class Narrow, class T>
void widen(std::string_view bytes, std::uint64_t least, T* column, std::size_t count) {
  const char* from = bytes.data();
  for (std::size_t i = 0; i < count; ++i) {
    Narrow value;
    std::memcpy(&value, from + i * sizeof(Narrow), sizeof(Narrow));
    column[i] = static_cast<T>(least + value);
  }
}

template <class T>
void unpack_column(ByteReader& in, T* column, std::size_t count) {
  const std::uint64_t least = in.u64();
  const std::uint8_t width = in.u8();
  if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) in.fail();
  const std::string_view bytes = in.bytes(count * width);
  if (in.failed()) return;
  switch (width) {
    case 0: std::fill_n(column, count, static_cast<T>(least)); break;
    case 1: widen<std::uint8_t>(bytes, least, column, count); break;
    case 2: widen<std::uint16_t>(bytes, least, column, count); break;
    case 4: widen<std::uint32_t>(bytes, least, column, count); break;
    default: widen<std::uint64_t>(bytes, least, column, count); break;
  }
}

}  // namespace

std::string pack_fixed(const std::vector<Message>& messages) {
  std::string out = begin(messages.size());
  pack_column(out, messages, [](const Message& m) { return m.uid.value; });
  pack_column(out, messages, [](const Message& m) { return m.internal_date.time_since_epoch().count(); });
  pack_column(out, messages, [](const Message& m) { return m.saved.time_since_epoch().count(); });
  pack_column(out, messages, [](const Message& m) { return m.size; });
  pack_column(out, messages, [](const Message& m) { return m.body.value; });
  return out;
}

std::string pack_changing(const std::vector<Message>& messages) {
  std::string out = begin(messages.size());
  pack_column(out, messages, [](const Message& m) { return m.flags.bits; });
  pack_column(out, messages, [](const Message& m) { return m.modseq.value; });
  return out;
}

Message UnpackedChunk::at(std::size_t i) const {
  return {.uid = Uid{fixed->uids[i]},
          .flags = Flags{changing->flags[i]},
          .modseq = ModSeq{changing->modseqs[i]},
          .internal_date = Time{std::chrono::milliseconds{fixed->internal_dates[i]}},
          .saved = Time{std::chrono::milliseconds{fixed->saved[i]}},
          .size = fixed->sizes[i],
          .body = BodyId{fixed->bodies[i]}};
}

std::optional<UnpackedChunk> unpack(std::string_view fixed, std::string_view changing) {
  ByteReader in(fixed);
  ByteReader marks(changing);
  UnpackedChunk chunk;
  chunk.count = read_count(in);
  if (chunk.count == 0 || read_count(marks) != chunk.count) return std::nullopt;
  chunk.fixed = std::make_shared<FixedColumns>(chunk.count);
  chunk.changing = std::make_shared<ChangingColumns>(chunk.count);
  unpack_column(in, chunk.fixed->uids, chunk.count);
  unpack_column(in, chunk.fixed->internal_dates, chunk.count);
  unpack_column(in, chunk.fixed->saved, chunk.count);
  unpack_column(in, chunk.fixed->sizes, chunk.count);
  unpack_column(in, chunk.fixed->bodies, chunk.count);
  unpack_column(marks, chunk.changing->flags, chunk.count);
  unpack_column(marks, chunk.changing->modseqs, chunk.count);
  if (in.failed() || marks.failed() || !in.at_end() || !marks.at_end()) return std::nullopt;
  const auto* uids = chunk.fixed->uids;
  const auto not_ascending = std::adjacent_find(uids, uids + chunk.count, std::greater_equal<>());
  if (not_ascending != uids + chunk.count || uids[0] == 0) return std::nullopt;
  return chunk;
}

std::optional<std::vector<Message>> unpack_messages(std::string_view fixed, std::string_view changing) {
  const auto chunk = unpack(fixed, changing);
  if (!chunk) return std::nullopt;
  std::vector<Message> messages;
  messages.reserve(chunk->count);
  for (std::size_t i = 0; i < chunk->count; ++i) messages.push_back(chunk->at(i));
  return messages;
}

}  // namespace pillarbox::store::journal
