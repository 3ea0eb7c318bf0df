#include "relay/mx_order.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace pillarbox::relay {
namespace {

using Random = std::function<std::uint64_t()>;

void shuffle(std::vector<MxTarget>& targets, const Random& random) {
  for (std::size_t count = targets.size(); count > 1; --count) {
    std::swap(targets[random() % count], targets[count - 1]);
  }
}

// The first of each target, then the second of each, …
std::vector<Host> in_rounds(std::vector<MxTarget>::const_iterator begin,
                            std::vector<MxTarget>::const_iterator end, std::vector<Host> MxTarget::* family,
                            std::size_t most) {
  std::vector<Host> hosts;
  bool is_done = false;
  for (std::size_t round = 0; !is_done; ++round) {
    is_done = true;
    for (auto target = begin; target != end && hosts.size() < most; ++target) {
      const std::vector<Host>& own = (*target).*family;
      if (round >= own.size()) continue;
      hosts.push_back(own[round]);
      is_done = false;
    }
  }
  return hosts;
}

}  // namespace

void sort_targets(std::vector<MxTarget>& targets, const Random& random) {
  shuffle(targets, random);
  std::ranges::sort(targets, {}, &MxTarget::preference);
}

std::vector<Host> take_turns(const std::vector<MxTarget>& targets, std::size_t most, const Random& random) {
  std::vector<Host> hosts;
  bool is_ipv6_turn = random() % 2 == 0;
  for (auto begin = targets.begin(); begin != targets.end() && hosts.size() < most;) {
    const auto end = std::find_if(
        begin, targets.end(), [&](const MxTarget& target) { return target.preference != begin->preference; });
    const auto ipv4 = in_rounds(begin, end, &MxTarget::ipv4, most);
    const auto ipv6 = in_rounds(begin, end, &MxTarget::ipv6, most);
    for (std::size_t taken4 = 0, taken6 = 0;
         hosts.size() < most && taken4 + taken6 < ipv4.size() + ipv6.size();) {
      const bool take6 = taken4 == ipv4.size() || (is_ipv6_turn && taken6 < ipv6.size());
      hosts.push_back(take6 ? ipv6[taken6++] : ipv4[taken4++]);
      is_ipv6_turn = !take6;
    }
    begin = end;
  }
  return hosts;
}

bool may_be_a_strangers(const IpAddress& address) {
  const auto& b = address.bytes;
  if (address.family == IpAddress::Family::ipv4) {
    const bool is_link_local = b[0] == 169 && b[1] == 254;
    // "This" network, loopback; multicast and what is above it is reserved or broadcast (RFC 6890 §2.2.2).
    return b[0] != 0 && b[0] != 127 && b[0] < 224 && !is_link_local;
  }
  // ::1, ::, and what holds an IPv4 address behind zeros (RFC 4291 §2.5.5.1).
  if (std::all_of(b.begin(), b.begin() + 12, [](std::uint8_t byte) { return byte == 0; })) return false;
  const bool is_link_local = b[0] == 0xFE && (b[1] & 0xC0) == 0x80;  // RFC 4291 §2.5.6
  const bool is_multicast = b[0] == 0xFF;
  // Translated to IPv4 nearby (RFC 6890 §2.2.3).
  constexpr std::uint8_t nat64[] = {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  if (std::equal(std::begin(nat64), std::end(nat64), b.begin())) {
    return may_be_a_strangers(IpAddress::v4({b[12], b[13], b[14], b[15]}));
  }
  return !is_link_local && !is_multicast;
}

}  // namespace pillarbox::relay
