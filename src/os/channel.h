// Datagrams with descriptors between two of our processes (SOCK_SEQPACKET, unix(7)).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.h"

namespace pillarbox::os {

inline constexpr std::size_t max_datagram_bytes = 64 * 1024;
inline constexpr std::size_t max_datagram_descriptors = 4;

struct Datagram {
  std::string bytes;
  std::vector<Descriptor> descriptors;  // close on exec
};

// Two ends that are each other's peer, close on exec. The error is an errno.
std::expected<std::pair<Descriptor, Descriptor>, int> make_channel();

// Blocks while the other side's queue is full. An errno; EPIPE: the other side is gone.
// Requires: within the limits above.
int send_datagram(int channel, std::string_view bytes, const std::vector<int>& descriptors);

// Blocks for the next one. The error is an errno; ECONNRESET: the other side is gone; EMSGSIZE: it sent more
// than the limits allow.
std::expected<Datagram, int> receive_datagram(int channel);

}  // namespace pillarbox::os
