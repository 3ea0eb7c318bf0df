// The character classes of RFC 3501 §9.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pillarbox::imap {

namespace characters_detail {

inline constexpr std::uint8_t atom = 1, astring = 2, list = 4, tag = 8, quotable = 16;

inline constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0x01; c <= 0x7F; ++c) {
    if (c != '\r' && c != '\n') table[c] = quotable;
  }
  for (unsigned c = 0x21; c <= 0x7E; ++c) table[c] |= atom | astring | list | tag;
  for (const char c : std::string_view("(){%*\"\\]")) table[static_cast<unsigned char>(c)] = quotable;
  table[']'] |= astring | list | tag;
  table['%'] |= list;
  table['*'] |= list;
  table['+'] &= static_cast<std::uint8_t>(~tag);
  return table;
}();

constexpr bool has(char c, std::uint8_t mask) { return (classes[static_cast<unsigned char>(c)] & mask) != 0; }

}  // namespace characters_detail

constexpr bool is_atom_char(char c) { return characters_detail::has(c, characters_detail::atom); }
constexpr bool is_astring_char(char c) { return characters_detail::has(c, characters_detail::astring); }
constexpr bool is_list_char(char c) { return characters_detail::has(c, characters_detail::list); }
constexpr bool is_tag_char(char c) { return characters_detail::has(c, characters_detail::tag); }
// What may stand in a quoted string that we write, quotes and backslashes escaped: 7 bits, no NUL, CR or LF.
constexpr bool is_quotable(char c) { return characters_detail::has(c, characters_detail::quotable); }

}  // namespace pillarbox::imap
