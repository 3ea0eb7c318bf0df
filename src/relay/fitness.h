// Whether a server can take a message as it is, and what MAIL must say of it: RFC 1870, RFC 6152, RFC 3030,
// RFC 6531, RFC 8689, RFC 2852.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/task.h"
#include "proto/smtp/client_command.h"
#include "relay/job.h"
#include "store/store.h"

namespace pillarbox::relay {

class Session;

struct Fitness {
  std::vector<std::optional<queue::Outcome>> refusals;  // one a recipient; nothing where it can be sent
  smtp::MailParameters mail;                            // its views are of constants and of the job
  bool is_binary = false;                               // only BDAT will do
  std::shared_ptr<store::BodyReader> body;              // what to send: not always the job's own
};

// Reads the message's header if that decides.
Task<Fitness> judge(const Job& job, const Session& session);

}  // namespace pillarbox::relay
