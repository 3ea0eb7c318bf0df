#include "store/journal/bytes.h"

#include <array>

namespace pillarbox::store::journal {

void ByteWriter::fixed(std::uint64_t value, int width) {
  std::array<char, 8> bytes;
  for (int i = 0; i < width; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
  out_.append(bytes.data(), static_cast<std::size_t>(width));
}

void ByteWriter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void ByteWriter::zigzag(std::int64_t value) {
  varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void ByteWriter::text(std::string_view value) {
  varint(value.size());
  out_.append(value);
}

void ByteWriter::patch_u32(std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) out_[at + i] = static_cast<char>(value >> (8 * i));
}

std::uint64_t ByteReader::fixed(std::size_t width) {
  if (rest_.size() < width) {
    fail();
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
  }
  rest_.remove_prefix(width);
  return value;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = fixed(1);
    if (failed_ || (shift == 63 && byte > 1)) break;
    value |= (byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  fail();
  return 0;
}

std::int64_t ByteReader::zigzag() {
  const std::uint64_t value = varint();
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}

std::uint64_t ByteReader::varint_up_to(std::uint64_t most) {
  const std::uint64_t value = varint();
  if (value <= most) return value;
  fail();
  return 0;
}

std::string_view ByteReader::bytes(std::size_t count) {
  if (rest_.size() < count) {
    fail();
    return {};
  }
  const std::string_view result = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return result;
}

std::string_view ByteReader::text() { return bytes(varint_up_to(rest_.size())); }

}  // namespace pillarbox::store::journal
