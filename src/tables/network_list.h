// A list of addresses and networks: 192.0.2.1, 192.0.2.0/24, ::1, ipv6:2001:db8::/32.
#pragma once

#include <set>
#include <vector>

#include "base/ip.h"
#include "tables/table.h"

namespace pillarbox::tables {

class NetworkList {
 public:
  static NetworkList parse(const Lines& lines, std::vector<LineError>& errors);

  // Takes as many look-ups as there are different prefix lengths.
  bool contains(const IpAddress& ip) const;
  // Whether together they are too much of the internet to be a list of known peers (config/open_relay.h).
  bool is_too_broad() const { return is_too_broad_; }

 private:
  std::vector<IpNetwork> networks_;  // sorted
  std::set<unsigned> v4_prefixes_;
  std::set<unsigned> v6_prefixes_;
  bool is_too_broad_ = false;
};

// One entry of such a list.
std::optional<IpNetwork> parse_network_entry(std::string_view text);

}  // namespace pillarbox::tables
