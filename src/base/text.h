// Small things about text that every folder could need. ASCII only where it says so: mail's protocols compare
// keywords without case in ASCII, never by locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_alnum(char c) { return is_ascii_digit(c) || is_ascii_alpha(c); }

std::string to_ascii_lower(std::string_view text);
std::string to_ascii_upper(std::string_view text);

bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// A whole decimal number, digits only, or nothing: no sign, no space, no overflow.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// Without leading and trailing spaces and tabs.
std::string_view trim(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

bool is_utf8(std::string_view text);

// Control characters and bytes that aren't UTF-8 as \xHH: for logs and for what is shown on a terminal.
std::string escape_controls(std::string_view text);

std::string to_hex(std::string_view bytes);

// RFC 4648 §4. Decoding is strict: padding where it belongs, nothing but the alphabet, no line breaks.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

// The candidate nearest to `word` by edit distance, if it is near enough to be a likely typing mistake.
std::optional<std::string_view> nearest_word(std::string_view word,
                                             const std::vector<std::string_view>& candidates);

}  // namespace pillarbox
