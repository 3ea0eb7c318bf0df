#include "config/source.h"

#include <fmt/format.h>

#include <algorithm>

namespace pillarbox::config {

std::uint32_t Sources::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}};
  for (std::size_t at = file.text.find('\n'); at != std::string::npos; at = file.text.find('\n', at + 1)) {
    file.line_starts.push_back(at + 1);
  }
  files_.push_back(std::move(file));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view Sources::line(const Position& position) const {
  if (position.file >= files_.size()) return {};
  const File& file = files_[position.file];
  if (position.line == 0 || position.line > file.line_starts.size()) return {};
  std::string_view rest = std::string_view(file.text).substr(file.line_starts[position.line - 1]);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::uint32_t Sources::word_length(const Position& position) const {
  const std::string_view whole = line(position);
  if (position.column == 0 || position.column > whole.size()) return 1;
  const std::string_view text = whole.substr(position.column - 1);
  const char closing = text[0] == '<' ? '>' : text[0];
  std::size_t end = std::string_view("<\"'").contains(text[0]) ? text.find(closing, 1) + 1 : 0;
  if (end == 0) end = std::min(text.find_first_of(" \t{}<>(),=!#\"'"), text.size());
  return static_cast<std::uint32_t>(std::max<std::size_t>(end, 1));
}

std::string Sources::place(const Position& position) const {
  if (position.file >= files_.size()) return "configuration";
  if (position.line == 0) return files_[position.file].name;
  return fmt::format("{}:{}:{}", files_[position.file].name, position.line, position.column);
}

}  // namespace pillarbox::config
