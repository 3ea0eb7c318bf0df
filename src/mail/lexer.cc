#include "mail/lexer.h"

namespace pillarbox::mail {

bool Lexer::skip_space() {
  const std::size_t before = rest_.size();
  while (!rest_.empty() && is_header_space(rest_.front())) skip(1);
  return rest_.size() != before;
}

bool Lexer::skip_cfws(std::string* comment) {
  bool skipped = false;
  for (;;) {
    skipped |= skip_space();
    if (!starts_with('(')) return skipped;
    const std::string_view enclosed = take_enclosed();
    if (comment != nullptr) *comment = unescape(enclosed);
    skipped = true;
  }
}

std::string Lexer::take_quoted_string() { return unescape(take_enclosed()); }

std::string_view Lexer::take_enclosed() {
  const char open = rest_.front();
  const char close = open == '(' ? ')' : open == '[' ? ']' : '"';
  std::size_t depth = 1;
  std::size_t length = 1;
  while (length < rest_.size() && depth > 0) {
    const char c = rest_[length++];
    if (c == close) {
      --depth;
    } else if (c == '(' && open == '(') {
      ++depth;
    } else if (c == '\\' && length < rest_.size()) {
      ++length;
    }
  }
  const std::string_view taken = rest_.substr(0, length);
  skip(length);
  return taken;
}

std::string unescape(std::string_view enclosed) {
  const char open = enclosed.front();
  const char close = open == '(' ? ')' : open == '[' ? ']' : '"';
  std::string result;
  result.reserve(enclosed.size());
  for (std::size_t i = 1; i < enclosed.size(); ++i) {
    char c = enclosed[i];
    if (c == close && i + 1 == enclosed.size()) break;
    if (c == '\\' && i + 1 < enclosed.size()) c = enclosed[++i];
    if (c != '\r' && c != '\n') result += c;
  }
  return result;
}

}  // namespace pillarbox::mail
