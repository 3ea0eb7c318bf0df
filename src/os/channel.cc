#include "os/channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/try.h"

namespace pillarbox::os {
namespace {

constexpr std::size_t control_bytes = CMSG_SPACE(max_datagram_descriptors * sizeof(int));

struct alignas(cmsghdr) Control {
  std::array<char, control_bytes> bytes{};
};

void take_descriptors(msghdr& header, std::vector<Descriptor>& into) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof number);
      into.emplace_back(number);
    }
  }
}

}  // namespace

std::expected<std::pair<Descriptor, Descriptor>, int> make_channel() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return std::unexpected(errno);
  return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

int send_datagram(int channel, std::string_view bytes, const std::vector<int>& descriptors) {
  ASSERT(bytes.size() <= max_datagram_bytes && descriptors.size() <= max_datagram_descriptors);
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  Control control;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    const std::size_t size = descriptors.size() * sizeof(int);
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(size);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
  }
  while (::sendmsg(channel, &header, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

std::expected<Datagram, int> receive_datagram(int channel) {
  Datagram datagram{.bytes = std::string(max_datagram_bytes, '\0'), .descriptors = {}};
  iovec part{datagram.bytes.data(), datagram.bytes.size()};
  Control control;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t n = -1;
  while ((n = ::recvmsg(channel, &header, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) return std::unexpected(errno);
  }
  take_descriptors(header, datagram.descriptors);
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return std::unexpected(EMSGSIZE);
  if (n == 0) return std::unexpected(ECONNRESET);
  datagram.bytes.resize(static_cast<std::size_t>(n));
  return datagram;
}

}  // namespace pillarbox::os
