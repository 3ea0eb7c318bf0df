// Replies as values, and how they are written (RFC 5321 §4.2, RFC 2034).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::smtp {

// RFC 3463 without its class, which always is the first digit of the reply code (RFC 2034 §4).
struct EnhancedCode {
  std::uint8_t subject;
  std::uint16_t detail;
  friend bool operator==(const EnhancedCode&, const EnhancedCode&) = default;
};

struct Reply {
  int code = 0;                          // 200 to 559
  std::optional<EnhancedCode> enhanced;  // none for greeting, EHLO, 3xx (RFC 2034 §4)
  std::string text;                      // one line, or several separated by '\n'

  bool is_positive() const { return code < 400; }

  friend bool operator==(const Reply&, const Reply&) = default;
};

// Appends the reply as it goes over the wire, codes on each line. Whatever the text holds, the result is one
// well formed reply: control characters become '?', and a line too long for a reply goes on in the next.
void write(const Reply& reply, std::string& out);

// "2.1.5", or "" if there is none: for logs.
std::string enhanced_text(const Reply& reply);

}  // namespace pillarbox::smtp
