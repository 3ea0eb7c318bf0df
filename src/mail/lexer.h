// The lexical tokens that structured header fields share (RFC 5322 §3.2), read leniently: what isn't closed
// ends with the text. No function reads a byte twice, and none recurses.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mail/syntax.h"

namespace pillarbox::mail {

class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  bool is_at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool starts_with(char c) const { return rest_.starts_with(c); }
  std::string_view rest() const { return rest_; }
  void skip(std::size_t count) { rest_.remove_prefix(count); }

  bool take(char c) {
    if (!starts_with(c)) return false;
    skip(1);
    return true;
  }

  // Spaces, tabs and line ends; says whether there were any.
  bool skip_space();

  // The same and comments. The text of the last comment, if there was any, goes to `comment`, unescaped and
  // unfolded.
  bool skip_cfws(std::string* comment = nullptr);

  // The longest run of characters of which `wanted` is true.
  template <class Predicate>
  std::string_view take_while(Predicate wanted) {
    std::size_t length = 0;
    while (length < rest_.size() && wanted(rest_[length])) ++length;
    const std::string_view taken = rest_.substr(0, length);
    skip(length);
    return taken;
  }

  // Requires: starts_with('"'). The content without quotes, backslashes and line ends.
  std::string take_quoted_string();

  // Requires: starts_with('"'), '(' or '['. The same as it stands, with what encloses it; comments nest.
  std::string_view take_enclosed();

 private:
  std::string_view rest_;
};

// The inside of a quoted string, a comment or a domain literal: backslashes and line ends removed.
std::string unescape(std::string_view enclosed);

}  // namespace pillarbox::mail
