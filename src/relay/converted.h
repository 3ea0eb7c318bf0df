// A message made fit for a server that takes ASCII alone: mail/seven_bit.h, from a store's body to another.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/task.h"
#include "store/store.h"

namespace pillarbox::relay {

// Held in memory as long as it is used: such servers are rare, and so are large messages that aren't encoded
// already (limits::most_converted). The error says why it can't be done.
Task<std::expected<std::shared_ptr<store::BodyReader>, std::string>> convert_to_seven_bit(
    store::BodyReader& body);

}  // namespace pillarbox::relay
