#include "tables/network_list.h"

#include <algorithm>

#include "base/text.h"
#include "config/open_relay.h"
#include "tables/pair.h"

namespace pillarbox::tables {

std::optional<IpNetwork> parse_network_entry(std::string_view text) {
  if (starts_with_ignoring_case(text, "ipv6:")) text.remove_prefix(5);
  return parse_network(text);
}

NetworkList NetworkList::parse(const Lines& lines, std::vector<LineError>& errors) {
  NetworkList list;
  for (const Line& line : lines.lines) {
    const std::string_view value = list_value(line);
    const auto network = parse_network_entry(value);
    if (!network) {
      errors.push_back(
          {line.number, "\"" + std::string(value) + "\" isn't an address or a network: the line is ignored"});
      continue;
    }
    list.networks_.push_back(*network);
    const bool is_v4 = network->address.family == IpAddress::Family::ipv4;
    (is_v4 ? list.v4_prefixes_ : list.v6_prefixes_).insert(network->prefix);
  }
  std::ranges::sort(list.networks_);
  list.is_too_broad_ = config::is_too_broad(list.networks_);
  return list;
}

bool NetworkList::contains(const IpAddress& ip) const {
  const bool is_v4 = ip.family == IpAddress::Family::ipv4;
  return std::ranges::any_of(is_v4 ? v4_prefixes_ : v6_prefixes_, [&](unsigned prefix) {
    return std::ranges::binary_search(networks_, network_of(ip, prefix));
  });
}

}  // namespace pillarbox::tables
