#include "proto/smtp/data_encoder.h"

#include "proto/smtp/line_breaks.h"

namespace pillarbox::smtp {

void DataEncoder::feed(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t at = find_break_or_dot(previous_, text);
    if (at > 0) {
      out.append(text, 0, at);
      previous_ = text[at - 1];
      text.remove_prefix(at);
      continue;
    }
    // The first byte needs care: it starts a line with a dot, is an LF without CR, or follows a CR without
    // being LF.
    const char c = text[0];
    if (previous_ == '\r') {
      out += '\n';
      previous_ = '\n';
      continue;
    }
    if (c == '\n') out += '\r';
    if (c == '.') out += '.';
    out += c;
    previous_ = c;
    text.remove_prefix(1);
  }
}

void DataEncoder::finish(std::string& out) {
  if (previous_ == '\r') {
    out += '\n';
  } else if (previous_ != '\n') {
    out += "\r\n";
  }
  out += ".\r\n";
}

}  // namespace pillarbox::smtp
