#include "tables/domain_list.h"

#include <algorithm>

#include "tables/pair.h"

namespace pillarbox::tables {

void DomainList::add(std::string_view pattern) {
  std::string key = domain_key(pattern);
  const auto star = key.rfind('*');
  if (star == std::string::npos)
    exact_.insert(std::move(key));
  else if (star == 0 && key.starts_with("*."))
    below_.insert(std::move(key));
  else if (std::ranges::find(patterns_, key) == patterns_.end())
    patterns_.push_back(std::move(key));
}

DomainList DomainList::parse(const Lines& lines, std::vector<LineError>& errors) {
  DomainList list;
  for (const Line& line : lines.lines) {
    const std::string_view value = list_value(line);
    if (value.empty() || value.contains('@')) {
      errors.push_back({line.number, "\"" + std::string(value) + "\" isn't a domain: the line is ignored"});
      continue;
    }
    list.add(value);
  }
  return list;
}

std::optional<std::string_view> DomainList::find(std::string_view domain) const {
  if (const auto found = exact_.find(domain); found != exact_.end()) return *found;
  if (!below_.empty()) {
    std::string pattern;
    for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.', dot + 1)) {
      if (dot == 0) continue;
      pattern.assign("*").append(domain.substr(dot));
      if (const auto found = below_.find(pattern); found != below_.end()) return *found;
    }
  }
  for (const std::string& pattern : patterns_) {
    if (matches_glob(pattern, domain)) return pattern;
  }
  return std::nullopt;
}

}  // namespace pillarbox::tables
