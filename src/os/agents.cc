#include "os/agents.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstring>

#include "os/channel.h"
#include "os/command.h"
#include "os/maildir.h"
#include "os/mbox.h"

namespace pillarbox::os {
namespace {

using Kind = DeliveryResult::Kind;

DeliveryResult perform(const MboxRequest& deed, const Owner& owner, int message) {
  return append_to_mbox({.path = deed.path,
                         .owner = owner,
                         .sender = deed.sender,
                         .arrived = deed.arrived,
                         .message = message});
}

DeliveryResult perform(const MaildirRequest& deed, const Owner& /*owner*/, int message) {
  return deliver_to_maildir(
      {.path = deed.path, .folder = deed.folder, .unique = deed.unique, .message = message});
}

DeliveryResult perform(const CommandRequest& deed, const Owner& /*owner*/, int message) {
  return run_command({.arguments = deed.arguments,
                      .environment = deed.environment,
                      .folder = deed.folder,
                      .message = message,
                      .most_time = deed.most_time});
}

DeliveryResult no_answer(std::string_view why) {
  return {Kind::deferred, "4.3.0", fmt::format("the supervisor gave no answer: {}", why)};
}

}  // namespace

DeliveryResult perform(const DeliveryRequest& request, int message) {
  return std::visit([&](const auto& deed) { return perform(deed, request.owner, message); }, request.deed);
}

DeliveryResult OwnAgents::deliver(const DeliveryRequest& request, int message) {
  if (request.owner.uid != ::geteuid()) {
    return {Kind::deferred, "4.3.5",
            fmt::format("a delivery as {} (uid {}) needs the server to be started as root; it runs as uid {}",
                        request.owner.name, request.owner.uid, ::geteuid())};
  }
  return perform(request, message);
}

DeliveryResult SupervisedAgents::deliver(const DeliveryRequest& request, int message) {
  const auto bytes = encode(request);
  if (!bytes)
    return {Kind::failed, "5.3.0", "the delivery's paths and arguments are longer than 64 KiB together"};
  auto reply = make_channel();
  if (!reply) return no_answer(std::strerror(reply.error()));
  // Each delivery has a channel of its own for its answer: the process that delivers holds the other end, so
  // that its death is an answer too.
  if (const int code = send_datagram(channel_.get(), *bytes, {message, reply->second.get()})) {
    return no_answer(std::strerror(code));
  }
  reply->second.close();
  const auto answer = receive_datagram(reply->first.get());
  if (!answer) return no_answer(std::strerror(answer.error()));
  const auto result = decode_result(answer->bytes);
  if (!result) return no_answer("what came back is none");
  return *result;
}

}  // namespace pillarbox::os
