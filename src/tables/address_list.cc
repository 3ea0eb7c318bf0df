#include "tables/address_list.h"

#include <algorithm>

#include "base/text.h"
#include "tables/pair.h"
#include "tables/passwd_line.h"

namespace pillarbox::tables {
namespace {

// The local part as mail::Address has it: without quotes.
std::string unquoted(std::string_view local_part) {
  if (local_part.size() < 2 || local_part.front() != '"' || local_part.back() != '"')
    return std::string(local_part);
  std::string result;
  for (std::size_t i = 1; i + 1 < local_part.size(); ++i) {
    if (local_part[i] == '\\' && i + 2 < local_part.size()) ++i;
    result += local_part[i];
  }
  return result;
}

}  // namespace

bool AddressList::add(std::string_view pattern) {
  const auto at = pattern.rfind('@');
  if (at == std::string_view::npos) {
    if (pattern.empty() || pattern.contains('*')) return false;
    exact_.insert(folded(pattern));
    return true;
  }
  const std::string_view domain = pattern.substr(at + 1);
  if (domain.empty()) return false;
  std::string key = address_key(unquoted(pattern.substr(0, at)), domain);
  const auto star = key.rfind('*');
  const bool is_wildcard = domain.contains('*');
  if (!is_wildcard || (domain.starts_with("*.") && star == key.rfind('@') + 1)) {
    has_wildcards_ |= is_wildcard;
    exact_.insert(std::move(key));
  } else {
    patterns_.push_back(std::move(key));
  }
  return true;
}

AddressList AddressList::parse(const Lines& lines, std::vector<LineError>& errors) {
  AddressList list;
  for (const Line& line : lines.lines) {
    const std::string_view value = list_value(line);
    if (!list.add(value)) {
      errors.push_back({line.number, "\"" + std::string(value) + "\" isn't an address: the line is ignored"});
    }
  }
  return list;
}

std::optional<std::string_view> AddressList::find(const mail::Address& address) const {
  const auto look_up = [&](std::string_view key) -> std::optional<std::string_view> {
    const auto found = exact_.find(key);
    if (found == exact_.end()) return std::nullopt;
    return *found;
  };
  const std::string local_part = folded(address.local_part);
  const std::string at_domain = "@" + address.domain;
  const std::string whole = local_part + at_domain;
  if (auto found = look_up(whole)) return found;
  if (auto found = look_up(at_domain)) return found;
  if (has_wildcards_) {
    const std::string_view domain = address.domain;
    for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.', dot + 1)) {
      const std::string below = "@*" + std::string(domain.substr(dot));
      if (auto found = look_up(local_part + below)) return found;
      if (auto found = look_up(below)) return found;
    }
  }
  for (const std::string& pattern : patterns_) {
    if (matches_glob(pattern, pattern.starts_with('@') ? std::string_view(at_domain) : whole)) return pattern;
  }
  return look_up(local_part);
}

SenderMap SenderMap::parse(const Lines& lines, std::vector<LineError>& errors) {
  SenderMap map;
  for (const Line& line : lines.lines) {
    const auto [login, addresses] = split_pair(line, KeyEnds::at_space_or_colon);
    AddressList& list = map.by_login_[login_key(login)];
    if (addresses.empty()) errors.push_back({line.number, "a user without an address: the line is ignored"});
    for (const std::string_view address : split(addresses, ',')) {
      if (trim(address).empty() || list.add(trim(address))) continue;
      errors.push_back(
          {line.number, "\"" + std::string(trim(address)) + "\" isn't an address: it is ignored"});
    }
  }
  return map;
}

bool SenderMap::allows(std::string_view login, const mail::Address& sender) const {
  const auto list = by_login_.find(login_key(login));
  return list != by_login_.end() && list->second.find(sender).has_value();
}

}  // namespace pillarbox::tables
