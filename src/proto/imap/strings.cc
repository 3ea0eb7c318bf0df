#include "proto/imap/strings.h"

#include <algorithm>

#include "base/text.h"
#include "proto/imap/characters.h"
#include "proto/imap/modified_utf7.h"

namespace pillarbox::imap {
namespace {

// Beyond this a literal is the better choice: its reader needn't look at each byte.
constexpr std::size_t max_quoted = 1024;

bool needs_escape(char c) { return c == '"' || c == '\\'; }

void write_quoted(Output& out, std::string_view text) {
  char* at = out.reserve(2 * text.size() + 2);
  *at++ = '"';
  for (const char c : text) {
    if (needs_escape(c)) *at++ = '\\';
    *at++ = c;
  }
  *at++ = '"';
  out.advance_to(at);
}

void write_literal(Output& out, std::string_view text) {
  out.put('{');
  out.put_number(text.size());
  out.put("}\r\n");
  char* at = out.reserve(text.size());
  out.advance_to(std::ranges::replace_copy(text, at, '\0', '\x80').out);
}

}  // namespace

void write_string(Output& out, std::string_view text) {
  if (text.size() <= max_quoted && std::ranges::all_of(text, is_quotable)) return write_quoted(out, text);
  write_literal(out, text);
}

void write_nstring(Output& out, std::optional<std::string_view> text) {
  if (!text) return out.put("NIL");
  write_string(out, *text);
}

void write_astring(Output& out, std::string_view text) {
  const bool is_bare = !text.empty() && std::ranges::all_of(text, is_astring_char) && !equals_ignoring_case(text, "NIL");
  if (is_bare) return out.put(text);
  write_string(out, text);
}

void write_mailbox(Output& out, std::string_view name) { write_astring(out, encode_modified_utf7(name)); }

void write_human_text(Output& out, std::string_view text) {
  if (text.empty()) text = "-";
  char* at = out.reserve(text.size());
  for (const char c : text) *at++ = c >= 0x20 && c <= 0x7E ? c : '?';
  out.advance_to(at);
}

}  // namespace pillarbox::imap
