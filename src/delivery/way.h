// How a recipient is delivered, as the text that the queue keeps with him (queue::Recipient::way). Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "route/decision.h"

namespace pillarbox::delivery {

// What of a route::Destination is still needed when its turn comes: the action stands in the queue entry.
struct Way {
  route::DeliveryDestination destination;
  std::string original;  // the recipient as the sender wrote it: %{rcpt}, Delivered-To
  friend bool operator==(const Way&, const Way&) = default;
};

// Readable text, so that `pillarbox queue show` may print it. The error, for what isn't one: what is wrong.
std::string to_text(const Way& way);
std::expected<Way, std::string> way_from_text(std::string_view text);

}  // namespace pillarbox::delivery
