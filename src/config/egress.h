// `listen on egress`: the interfaces that this machine's way to the internet leads through, as the BSDs name
// them. Private to this folder.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace pillarbox::config {

// The interfaces with a default route, from the texts of Linux' /proc/net/route and /proc/net/ipv6_route.
// Lines that can't be read say nothing.
std::set<std::string> egress_interfaces(std::string_view route, std::string_view ipv6_route);

}  // namespace pillarbox::config
