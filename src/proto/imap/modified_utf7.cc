#include "proto/imap/modified_utf7.h"

#include <array>
#include <cstdint>

namespace pillarbox::imap {
namespace {

// Base64 with `,` for `/`.
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

constexpr std::array<std::int8_t, 256> values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}();

constexpr bool is_direct(char32_t c) { return c >= 0x20 && c <= 0x7E; }

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Appends what one UTF-16 unit completes. `high` holds a high surrogate that waits for its second half.
bool append_utf16(std::string& out, std::uint16_t unit, std::uint16_t& high) {
  const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (is_low != (high != 0)) return false;
  if (is_low) {
    append_utf8(out, 0x10000 + ((high - 0xD800u) << 10) + (unit - 0xDC00u));
    high = 0;
  } else if (unit >= 0xD800 && unit <= 0xDBFF) {
    high = unit;
  } else if (unit == 0 || is_direct(unit)) {
    return false;
  } else {
    append_utf8(out, unit);
  }
  return true;
}

// Reads base64 up to its `-`; `text` begins behind the `&`.
bool decode_shifted(std::string_view& text, std::string& out) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::uint16_t high = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') {
      // What is left over must be padding: zeros, and fewer than a sextet.
      if (i == 0 || high != 0 || held >= 6 || (bits & ((1u << held) - 1)) != 0) return false;
      text.remove_prefix(i + 1);
      return true;
    }
    const int value = values[static_cast<unsigned char>(text[i])];
    if (value < 0) return false;
    bits = bits << 6 | static_cast<unsigned>(value);
    held += 6;
    if (held < 16) continue;
    held -= 16;
    if (!append_utf16(out, static_cast<std::uint16_t>(bits >> held), high)) return false;
  }
  return false;
}

// Takes a character off the front; a byte that begins none is U+FFFD.
char32_t take_utf8(std::string_view& text) {
  constexpr char32_t replacement = 0xFFFD;
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  char32_t c = length == 1 ? lead : lead & (0x7F >> length);
  bool is_valid = length != 0 && length <= text.size();
  for (std::size_t i = 1; is_valid && i < length; ++i) {
    is_valid = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  }
  constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  is_valid = is_valid && c >= smallest[length] && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
  text.remove_prefix(is_valid ? length : 1);
  return is_valid ? c : replacement;
}

// Writes base64 as the units come; finish() pads and ends it.
class Shifted {
 public:
  explicit Shifted(std::string& out) : out_(out) {}

  void add(char32_t c) {
    if (c < 0x10000) return add_unit(static_cast<std::uint16_t>(c));
    add_unit(static_cast<std::uint16_t>(0xD800 + ((c - 0x10000) >> 10)));
    add_unit(static_cast<std::uint16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
  }
  void finish() {
    if (held_ > 0) out_ += alphabet[bits_ << (6 - held_) & 63];
    out_ += '-';
  }

 private:
  void add_unit(std::uint16_t unit) {
    bits_ = bits_ << 16 | unit;
    for (held_ += 16; held_ >= 6; held_ -= 6) out_ += alphabet[bits_ >> (held_ - 6) & 63];
  }

  std::string& out_;
  std::uint32_t bits_ = 0;
  unsigned held_ = 0;
};

}  // namespace

std::optional<std::string> decode_modified_utf7(std::string_view text) {
  std::string name;
  bool was_shifted = false;  // base64 right behind base64 could have been one
  while (!text.empty()) {
    const char c = text[0];
    if (!is_direct(static_cast<unsigned char>(c))) return std::nullopt;
    text.remove_prefix(1);
    if (c != '&') {
      name += c;
      was_shifted = false;
    } else if (text.starts_with('-')) {
      text.remove_prefix(1);
      name += '&';
      was_shifted = false;
    } else {
      if (was_shifted || !decode_shifted(text, name)) return std::nullopt;
      was_shifted = true;
    }
  }
  return name;
}

std::string encode_modified_utf7(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  while (!name.empty()) {
    if (is_direct(static_cast<unsigned char>(name[0]))) {
      out += name[0];
      if (name[0] == '&') out += '-';
      name.remove_prefix(1);
      continue;
    }
    out += '&';
    Shifted shifted(out);
    while (!name.empty() && !is_direct(static_cast<unsigned char>(name[0]))) shifted.add(take_utf8(name));
    shifted.finish();
  }
  return out;
}

}  // namespace pillarbox::imap
