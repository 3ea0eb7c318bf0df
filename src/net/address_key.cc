#include "net/address_key.h"

#include <cstddef>

namespace pillarbox::net {

std::uint64_t address_key(const Endpoint& peer) {
  if (peer.family == Endpoint::Family::local) return 0;
  const std::size_t bytes = peer.family == Endpoint::Family::ipv4 ? 4 : 8;
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < bytes; ++i) key = key << 8 | peer.address[i];
  if (peer.family == Endpoint::Family::ipv4)
    return key | std::uint64_t{1} << 32;  // no /64 in use looks like that
  // ::1 and its neighbours have an upper half of 0, which is taken.
  return key == 0 ? std::uint64_t{1} << 33 : key;
}

}  // namespace pillarbox::net
