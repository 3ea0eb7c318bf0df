// Numbers and text as the journal's bytes: little-endian, and varints (7 bits a byte, low ones first, the
// high bit says that more follow). Reading never goes past the end: the first thing that doesn't fit makes
// the reader fail for good.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::store::journal {

class ByteWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit ByteWriter(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { fixed(value, 2); }
  void u32(std::uint32_t value) { fixed(value, 4); }
  void u64(std::uint64_t value) { fixed(value, 8); }
  void varint(std::uint64_t value);
  // Signed, small absolute values short.
  void zigzag(std::int64_t value);
  // Its length as a varint, then the bytes.
  void text(std::string_view value);
  void bytes(std::string_view value) { out_.append(value); }

  std::size_t size() const { return out_.size(); }
  // Overwrites what stands at `at`.
  void patch_u32(std::size_t at, std::uint32_t value);

 private:
  void fixed(std::uint64_t value, int width);

  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(fixed(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(fixed(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() { return fixed(8); }
  std::uint64_t varint();
  std::int64_t zigzag();
  // A varint that must not be above `most`.
  std::uint64_t varint_up_to(std::uint64_t most);
  std::string_view text();
  std::string_view bytes(std::size_t count);
  std::string_view rest() const { return rest_; }

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  // Marks what was read as nonsense.
  void fail() {
    failed_ = true;
    rest_ = {};
  }

 private:
  std::uint64_t fixed(std::size_t width);

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace pillarbox::store::journal
