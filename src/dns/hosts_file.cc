#include "dns/hosts_file.h"

#include <algorithm>

#include "base/text.h"
#include "dns/limits.h"
#include "dns/name.h"

namespace pillarbox::dns {
namespace {

std::string_view take_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r\f\v";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

HostsFile HostsFile::parse(std::string_view text) {
  HostsFile hosts;
  std::size_t entries = 0;
  for (std::string_view line : split(text, '\n')) {
    line = line.substr(0, line.find('#'));
    const auto address = parse_ip(take_word(line));
    if (!address) continue;
    for (auto word = take_word(line); !word.empty() && entries < limits::hosts_entries;
         word = take_word(line)) {
      const auto name = canonical_name(word);
      if (!name) continue;
      auto& known = hosts.addresses_[*name];
      if (std::ranges::find(known, *address) == known.end()) known.push_back(*address);
      ++entries;
    }
  }
  return hosts;
}

std::vector<IpAddress> HostsFile::find(std::string_view name) const {
  const auto canonical = canonical_name(name);
  if (!canonical) return {};
  if (const auto found = addresses_.find(*canonical); found != addresses_.end()) return found->second;
  if (*canonical == "localhost" || canonical->ends_with(".localhost")) {
    return {*parse_ip("127.0.0.1"), *parse_ip("::1")};
  }
  return {};
}

}  // namespace pillarbox::dns
