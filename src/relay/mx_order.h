// The order in which hosts are tried, and which addresses never are. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "relay/mx.h"

namespace pillarbox::relay {

// A host that mail could go to, as far as the DNS was asked.
struct MxTarget {
  std::string name;
  std::uint16_t preference = 0;
  std::vector<Host> ipv4;  // all of this name and preference
  std::vector<Host> ipv6;
  bool has_failed = false;  // a look-up of its addresses did
};

// What was found on the way beside hosts to try.
struct MxFindings {
  bool is_refused = false;      // addresses that are never a stranger's
  bool is_unreachable = false;  // addresses that we have no route to
};

// By preference; those of equal preference in random order (RFC 5321 §5.1).
void sort_targets(std::vector<MxTarget>& targets, const std::function<std::uint64_t()>& random);

// The addresses of `targets`, which are sorted: preference by preference, first one address of each host,
// then the second of those that have one; IPv4 and IPv6 in turns, which of them first by chance. At most
// `most`. So a family or a host that doesn't work never fills the list alone.
std::vector<Host> take_turns(const std::vector<MxTarget>& targets, std::size_t most,
                             const std::function<std::uint64_t()>& random);

// False for what is no stranger's address: loopback, unspecified, link-local, multicast, broadcast, reserved,
// and IPv4 loopback in its disguises. Private networks are somebody's, and may be one's own.
bool may_be_a_strangers(const IpAddress& address);

}  // namespace pillarbox::relay
