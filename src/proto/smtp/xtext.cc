#include "proto/smtp/xtext.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace pillarbox::smtp {

std::string encode_xtext(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (c > 0x20 && c < 0x7F && c != '+' && c != '=') {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '+';
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

std::string encode_unitext(std::string_view text) {
  const bool is_encoded = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; }) &&
                          text.find_first_of("+=") == std::string_view::npos;
  if (is_encoded) return std::string(text);
  const bool is_characters = is_utf8(text);
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead > 0x20 && lead < 0x7F && lead != '+' && lead != '=' && lead != '\\') {
      result += text[i++];
      continue;
    }
    const std::size_t more = lead < 0xC0 || !is_characters ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    std::uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (std::size_t n = 1; n <= more; ++n)
      point = point << 6 | (static_cast<unsigned char>(text[i + n]) & 0x3F);
    i += more + 1;
    result += fmt::format("\\x{{{:02X}}}", point);
  }
  return result;
}

}  // namespace pillarbox::smtp
