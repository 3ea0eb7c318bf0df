// A file of hosts(5): addresses by name. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace pillarbox::dns {

class HostsFile {
 public:
  // Lines that can't be read are passed over, as the C library does; so is what is beyond
  // limits::hosts_entries.
  static HostsFile parse(std::string_view text);

  // In the file's order. "localhost" and names below it are 127.0.0.1 and ::1 unless they are listed (RFC
  // 6761 §6.3).
  std::vector<IpAddress> find(std::string_view name) const;

 private:
  std::map<std::string, std::vector<IpAddress>, std::less<>> addresses_;  // by canonical name
};

}  // namespace pillarbox::dns
