// Looks for line breaks that are not CRLF, many bytes at a time. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace pillarbox::smtp {

enum class LineBreakError { bare_cr, bare_lf };

// The first byte of `text` that needs a closer look, given the byte before it: one that makes a break which
// is not CRLF (an LF without CR before it, or whatever else follows a CR), or a dot at the start of a line.
// text.size() if there is none. A CR at the very end is not reported: the next call judges it, with '\r' as
// `previous`.
std::size_t find_break_or_dot(char previous, std::string_view text);

// Follows a text through any number of pieces and tells whether all its line breaks are CRLF: for BDAT, where
// nothing but the size frames the text.
class LineBreakCheck {
 public:
  // False from the first break on that isn't CRLF.
  bool feed(std::string_view text);
  // Requires: all of the text was fed. False also when it ends in the middle of a CRLF.
  bool is_clean() const { return clean_ && previous_ != '\r'; }

 private:
  char previous_ = '\n';
  bool clean_ = true;
};

}  // namespace pillarbox::smtp
