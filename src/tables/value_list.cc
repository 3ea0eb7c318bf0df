#include "tables/value_list.h"

#include "tables/network_list.h"
#include "tables/pair.h"
#include "tables/passwd_line.h"

namespace pillarbox::tables {

ValueList ValueList::parse(const Lines& lines, std::vector<LineError>&) {
  ValueList list;
  for (const Line& line : lines.lines) list.add(list_value(line));
  return list;
}

LoginList LoginList::parse(const Lines& lines, std::vector<LineError>&) {
  LoginList list;
  for (const Line& line : lines.lines) list.add(split_pair(line, KeyEnds::at_space_or_colon).key);
  return list;
}

bool LoginList::contains(std::string_view login) const { return logins_.contains(login_key(login)); }

void LoginList::add(std::string_view login) { logins_.insert(login_key(login)); }

AddressNames AddressNames::parse(const Lines& lines, std::vector<LineError>& errors) {
  AddressNames map;
  for (const Line& line : lines.lines) {
    const auto [address, name] = split_pair(line, KeyEnds::at_space);
    const auto network = parse_network_entry(address);
    if (!network || address.contains('/') || name.empty()) {
      errors.push_back({line.number, "not an address and a host name: the line is ignored"});
      continue;
    }
    map.names_.emplace(network->address, name);
  }
  return map;
}

std::optional<std::string_view> AddressNames::find(const IpAddress& address) const {
  const auto found = names_.find(address);
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

}  // namespace pillarbox::tables
