// From a recipient's way and an action to what the system shall do. Pure.
#pragma once

#include <expected>
#include <string>

#include "config/configuration.h"
#include "delivery/settings.h"
#include "delivery/way.h"
#include "os/request.h"
#include "queue/attempt.h"

namespace pillarbox::delivery {

// Which of the configuration's folders and commands.
struct Planning {
  const config::Configuration& configuration;
  const Settings& settings;
};

struct Message {
  const queue::Envelope& envelope;
  const queue::Recipient& recipient;
  std::string unique;    // for a file's name
  bool is_spam = false;  // by its X-Spam field
};

// The error says why that can't be delivered so, for the log and the sender's report.
std::expected<os::DeliveryRequest, std::string> plan(const Planning& planning, const Way& way,
                                                     const Message& message);

}  // namespace pillarbox::delivery
