#include "proto/smtp/line_breaks.h"

#include <algorithm>

namespace pillarbox::smtp {
namespace {

// Long enough to keep vector units busy, short enough that the second look at a block costs nothing.
constexpr std::size_t block_size = 256;

bool is_break_error(char previous, char c) { return (c == '\n') != (previous == '\r'); }
bool is_leading_dot(char previous, char c) { return c == '.' && previous == '\n'; }

// Whether any of the `size` bytes behind the first one matters. No branch in the loop, so that compilers turn
// it into vector code.
bool has_special(const char* text, std::size_t size) {
  unsigned char found = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const char previous = text[i];
    const char c = text[i + 1];
    found |= static_cast<unsigned char>(c == '\n') ^ static_cast<unsigned char>(previous == '\r');
    found |= static_cast<unsigned char>(c == '.') & static_cast<unsigned char>(previous == '\n');
  }
  return found != 0;
}

}  // namespace

std::size_t find_break_or_dot(char previous, std::string_view text) {
  if (text.empty()) return 0;
  if (is_break_error(previous, text[0]) || is_leading_dot(previous, text[0])) return 0;
  for (std::size_t start = 1; start < text.size(); start += block_size) {
    const std::size_t size = std::min(block_size, text.size() - start);
    if (!has_special(text.data() + start - 1, size)) continue;
    for (std::size_t i = start; i < start + size; ++i) {
      if (is_break_error(text[i - 1], text[i]) || is_leading_dot(text[i - 1], text[i])) return i;
    }
  }
  return text.size();
}

bool LineBreakCheck::feed(std::string_view text) {
  while (clean_ && !text.empty()) {
    const std::size_t at = find_break_or_dot(previous_, text);
    if (at == text.size()) {
      previous_ = text.back();
      break;
    }
    if (text[at] != '.' || (at == 0 ? previous_ : text[at - 1]) == '\r') {
      clean_ = false;
      break;
    }
    previous_ = '.';
    text.remove_prefix(at + 1);
  }
  return clean_;
}

}  // namespace pillarbox::smtp
