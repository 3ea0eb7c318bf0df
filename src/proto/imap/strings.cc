#include "proto/imap/strings.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "proto/imap/characters.h"
#include "proto/imap/modified_utf7.h"

namespace pillarbox::imap {
namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

bool needs_escape(char c) { return c == '"' || c == '\\'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

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
  const auto nuls = static_cast<std::size_t>(std::ranges::count(text, '\0'));
  out.put('{');
  out.put_number(text.size() + nuls * (replacement_character.size() - 1));
  out.put("}\r\n");
  if (nuls == 0) return out.put(text);
  for (const char c : text) c == '\0' ? out.put(replacement_character) : out.put(c);
}

std::string collapse_spaces(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_space(text[i])) {
      result += text[i];
    } else if (i == 0 || !is_space(text[i - 1])) {
      result += ' ';
    }
  }
  return result;
}

bool has_odd_spaces(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i]) && (text[i] != ' ' || (i > 0 && text[i - 1] == ' '))) return true;
  }
  return false;
}

}  // namespace

void write_string(Output& out, std::string_view text) {
  if (std::ranges::all_of(text, is_quotable)) return write_quoted(out, text);
  write_literal(out, text);
}

void write_nstring(Output& out, std::optional<std::string_view> text) {
  if (!text) return out.put("NIL");
  write_string(out, *text);
}

// Dovecot writes a literal wherever it would have to change or escape something; so do we, to be compared
// with it.
void write_phrase(Output& out, std::string_view text) {
  if (has_odd_spaces(text)) return write_literal(out, collapse_spaces(text));
  if (std::ranges::any_of(text, needs_escape)) return write_literal(out, text);
  write_string(out, text);
}

void write_astring(Output& out, std::string_view text) {
  const bool is_bare =
      !text.empty() && std::ranges::all_of(text, is_astring_char) && !equals_ignoring_case(text, "NIL");
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
