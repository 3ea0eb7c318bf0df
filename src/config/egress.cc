#include "config/egress.h"

#include <vector>

#include "base/text.h"

namespace pillarbox::config {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
}

bool is_zero(std::string_view hex) { return hex.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

std::set<std::string> egress_interfaces(std::string_view route, std::string_view ipv6_route) {
  std::set<std::string> names;
  // Interface, destination, gateway, flags, use, use, metric, mask, …: numbers in hexadecimal.
  for (const std::string_view line : split(route, '\n')) {
    const auto words = words_of(line);
    if (words.size() >= 8 && is_zero(words[1]) && is_zero(words[7])) names.emplace(words[0]);
  }
  // Destination, its prefix length, …, interface. The loopback's own says that there is no way.
  for (const std::string_view line : split(ipv6_route, '\n')) {
    const auto words = words_of(line);
    if (words.size() >= 10 && is_zero(words[0]) && is_zero(words[1]) && words.back() != "lo")
      names.emplace(words.back());
  }
  return names;
}

}  // namespace pillarbox::config
