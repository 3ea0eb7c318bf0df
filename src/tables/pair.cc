#include "tables/pair.h"

#include "base/text.h"

namespace pillarbox::tables {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Length of the quoted string that `text` begins with, quotes included; 0 if it doesn't, or if it isn't
// closed.
std::size_t quoted_length(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return 0;
}

}  // namespace

std::string_view without_comment(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (text[i] == '#' && !is_quoted && i > 0 && is_blank(text[i - 1]))
      return trim(text.substr(0, i));
  }
  return text;
}

Pair split_pair(const Line& line, KeyEnds ends) {
  if (line.value) return {line.text, *line.value};
  const std::string_view text = without_comment(line.text);
  std::size_t end = quoted_length(text);
  while (end < text.size() && !is_blank(text[end]) &&
         !(text[end] == ':' && ends == KeyEnds::at_space_or_colon))
    ++end;
  std::string_view key = text.substr(0, end);
  std::string_view value = trim(text.substr(end));
  if (ends == KeyEnds::at_space && key.ends_with(':') && !key.ends_with("::")) key.remove_suffix(1);
  if (value.starts_with(':'))
    value = trim(value.substr(1));
  else if (value.starts_with("=>"))
    value = trim(value.substr(2));
  return {key, value};
}

std::string_view list_value(const Line& line) {
  return line.value ? line.text : split_pair(line, KeyEnds::at_space).key;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last "*" seen, and where its run began
  std::size_t run = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      run = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++run;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace pillarbox::tables
