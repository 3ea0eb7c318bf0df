#include "os/supervisor.h"

#include <fmt/format.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "os/agents.h"
#include "os/channel.h"

namespace pillarbox::os {
namespace {

using Kind = DeliveryResult::Kind;

// Spool folders such as /var/mail let their group make files and locks; a user's own rights don't.
constexpr const char* mail_group = "mail";

// An errno. Not undone: the process ends as that user.
int become(const Owner& owner, bool is_mbox) {
  if (::geteuid() != 0) return owner.uid == ::geteuid() ? 0 : EPERM;
  std::array<gid_t, 2> groups{owner.gid, owner.gid};
  std::size_t count = 1;
  if (is_mbox) {
    if (const auto* mail = ::getgrnam(mail_group)) groups[count++] = mail->gr_gid;
  }
  if (::setgroups(count, groups.data()) != 0) return errno;
  if (::setresgid(owner.gid, owner.gid, owner.gid) != 0) return errno;
  if (::setresuid(owner.uid, owner.uid, owner.uid) != 0) return errno;
  if (::setuid(0) == 0) return EPERM;  // the rights would have come back
  return 0;
}

DeliveryResult deliver_as_owner(const DeliveryRequest& request, int message) {
  const bool is_mbox = std::holds_alternative<MboxRequest>(request.deed);
  if (const int code = become(request.owner, is_mbox)) {
    return {Kind::deferred, "4.3.0", fmt::format("become {}: {}", request.owner.name, std::strerror(code))};
  }
  ::umask(077);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  return perform(request, message);
}

DeliveryResult answer_to(const DeliveryRequest& request, int message, const MayDeliver& may_deliver) {
  if (request.owner.uid == 0) {
    return {Kind::failed, "5.2.0",
            fmt::format("nothing is delivered with root's rights; give {} an alias", request.owner.name)};
  }
  if (const auto refusal = may_deliver(request)) {
    log::error("os", "refused to deliver for {}: {}", request.owner.name, *refusal);
    return {Kind::deferred, "4.3.5", *refusal};
  }
  return deliver_as_owner(request, message);
}

void reap(unsigned& running, int options) {
  while (running > 0) {
    const pid_t ended = ::waitpid(-1, nullptr, options);
    if (ended < 0 && errno == EINTR) continue;
    if (ended <= 0) return;
    --running;
    if (options == 0) return;
  }
}

void start(const Datagram& datagram, const SupervisorOptions& options, unsigned& running) {
  if (datagram.descriptors.size() != 2) {
    log::error("os", "a request without its message came from the server");
    return;
  }
  const int message = datagram.descriptors[0].get();
  const int reply = datagram.descriptors[1].get();
  const auto request = decode_request(datagram.bytes);
  if (!request) {
    log::error("os", "a request that can't be read came from the server");
    return;  // its end of the reply channel closes: that is the answer
  }
  const pid_t child = ::fork();
  if (child < 0) {
    send_datagram(reply, encode(failure_of("fork for", request->owner.name, errno)), {});
    return;
  }
  if (child > 0) {
    ++running;
    return;
  }
  ::close(options.channel);
  const DeliveryResult result = answer_to(*request, message, options.may_deliver);
  ::_exit(send_datagram(reply, encode(result), {}) == 0 ? 0 : 1);
}

}  // namespace

void supervise(const SupervisorOptions& options) {
  unsigned running = 0;
  for (;;) {
    reap(running, WNOHANG);
    if (running >= options.most_at_once) reap(running, 0);
    const auto datagram = receive_datagram(options.channel);
    if (!datagram && datagram.error() == EMSGSIZE) continue;
    if (!datagram) break;
    start(*datagram, options, running);
  }
  while (running > 0) reap(running, 0);
}

}  // namespace pillarbox::os
