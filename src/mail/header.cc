#include "mail/header.h"

#include <algorithm>

#include "base/text.h"

namespace pillarbox::mail {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// RFC 5322 §2.2: printable ASCII. UTF-8 has no place there, but nothing is gained by not seeing such a field.
constexpr bool is_name_char(char c) { return static_cast<unsigned char>(c) > ' ' && c != ':' && c != '\x7f'; }

// The line at the front, with its line end.
std::string_view line_of(std::string_view text) {
  const auto end = text.find('\n');
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

bool HeaderField::is(std::string_view other_name) const {
  return name.size() == other_name.size() && equals_ignoring_case(name, other_name);
}

std::optional<HeaderField> HeaderReader::next() {
  if (rest_.empty()) return std::nullopt;
  std::size_t length = line_of(rest_).size();
  if (without_line_end(rest_.substr(0, length)).empty() && rest_[length - 1] == '\n') {
    rest_ = {};
    return std::nullopt;
  }
  while (length < rest_.size() && is_blank(rest_[length])) length += line_of(rest_.substr(length)).size();
  HeaderField field{.raw = rest_.substr(0, length)};
  rest_.remove_prefix(length);

  field.value = without_line_end(field.raw);
  std::size_t name_end = 0;
  while (name_end < field.value.size() && is_name_char(field.value[name_end])) ++name_end;
  std::size_t colon = name_end;  // RFC 5322 §4.5: blanks before it are obsolete, not wrong
  while (colon < field.value.size() && is_blank(field.value[colon])) ++colon;
  if (name_end > 0 && colon < field.value.size() && field.value[colon] == ':') {
    field.name = field.value.substr(0, name_end);
    field.value.remove_prefix(colon + 1);
  }
  return field;
}

std::optional<HeaderField> find_field(std::string_view block, std::string_view name) {
  HeaderReader reader(block);
  while (auto field = reader.next()) {
    if (field->is(name)) return field;
  }
  return std::nullopt;
}

std::string unfold(std::string_view value) {
  std::string result;
  result.reserve(value.size());
  while (!value.empty()) {
    const std::string_view line = line_of(value);
    result += without_line_end(line);
    value.remove_prefix(line.size());
  }
  const std::string_view trimmed = trim(result);
  if (trimmed.size() == result.size()) return result;
  return std::string(trimmed);
}

std::size_t HeaderCollector::feed(std::string_view chunk) {
  std::size_t taken = 0;
  while (taken < chunk.size() && !is_complete_) {
    const std::string_view line = line_of(chunk.substr(taken));
    taken += line.size();
    const bool ends = line.ends_with('\n');
    std::string_view text = ends ? line.substr(0, line.size() - 1) : line;
    // A CR counts as part of the line only once something else than LF has followed it.
    if (after_cr_ && !text.empty()) ++line_;
    if (!text.empty() || !ends) after_cr_ = text.ends_with('\r');
    if (text.ends_with('\r')) text.remove_suffix(1);
    line_ += text.size();
    if (!ends) break;
    is_complete_ = line_ == 0;
    line_ = 0;
    after_cr_ = false;
  }
  size_ += taken;
  block_.append(chunk.substr(0, std::min(taken, limit_ - block_.size())));
  return taken;
}

}  // namespace pillarbox::mail
