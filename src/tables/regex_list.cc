#include "tables/regex_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tables/limits.h"
#include "tables/pair.h"

namespace pillarbox::tables {

RegexList RegexList::parse(const Lines& lines, std::vector<LineError>& errors) {
  RegexList list;
  for (const Line& line : lines.lines) {
    if (list.entries_.size() == limits::expressions) {
      errors.push_back(
          {line.number, "one regular expression too many: this line and those behind it are ignored"});
      break;
    }
    const std::string_view text = list_value(line);
    auto regex = config::Regex::compile(text);
    if (regex) {
      list.entries_.push_back({std::string(text), *std::move(regex)});
    } else {
      errors.push_back(
          {line.number, fmt::format("not a regular expression ({}): the line is ignored", regex.error())});
    }
  }
  return list;
}

bool RegexList::contains(std::string_view text) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return entry.regex.matches(text); });
}

bool RegexList::contains_if(std::string_view text,
                            bool (*is_wanted)(std::string_view expression, std::string_view text)) const {
  return std::ranges::any_of(
      entries_, [&](const Entry& entry) { return is_wanted(entry.text, text) && entry.regex.matches(text); });
}

}  // namespace pillarbox::tables
