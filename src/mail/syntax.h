// The character classes of RFC 5321 and RFC 5322, with the bytes of UTF-8 counted in by RFC 6531 and RFC
// 6532.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pillarbox::mail {

namespace syntax_detail {

enum : std::uint8_t { atext = 1, token = 2, space = 4, non_ascii = 8, list_special = 16 };

inline constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (int c = '!'; c <= '~'; ++c) table[c] = atext | token;
  for (const char c : std::string_view("()<>[]:;@\\,.\"")) table[static_cast<unsigned char>(c)] &= ~atext;
  for (const char c : std::string_view("()<>@,;:\\\"/[]?=")) table[static_cast<unsigned char>(c)] &= ~token;
  for (const char c : std::string_view(" \t\r\n")) table[static_cast<unsigned char>(c)] |= space;
  for (const char c : std::string_view("\"(<>,;:@")) table[static_cast<unsigned char>(c)] |= list_special;
  for (int c = 0x80; c <= 0xFF; ++c) table[c] |= non_ascii;
  return table;
}();

constexpr bool has(char c, std::uint8_t mask) { return (classes[static_cast<unsigned char>(c)] & mask) != 0; }

}  // namespace syntax_detail

// RFC 5322 §3.2.3, plus every byte of a UTF-8 character.
constexpr bool is_atext(char c) {
  return syntax_detail::has(c, syntax_detail::atext | syntax_detail::non_ascii);
}
// RFC 2045 §5.1, the same.
constexpr bool is_token_char(char c) {
  return syntax_detail::has(c, syntax_detail::token | syntax_detail::non_ascii);
}
// Space, tab, and the CR and LF of folding.
constexpr bool is_header_space(char c) { return syntax_detail::has(c, syntax_detail::space); }
// What ends a word in an address list.
constexpr bool is_list_special(char c) {
  return syntax_detail::has(c, syntax_detail::space | syntax_detail::list_special);
}
constexpr bool is_non_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The byte that two hexadecimal digits at text[at] stand for, or -1.
constexpr int hex_byte(std::string_view text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  const int high = hex_digit(text[at]);
  const int low = hex_digit(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

constexpr bool has_non_ascii(std::string_view text) {
  for (const char c : text) {
    if (is_non_ascii(c)) return true;
  }
  return false;
}

}  // namespace pillarbox::mail
