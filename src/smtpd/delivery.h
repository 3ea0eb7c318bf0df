// From an envelope whose recipients are decided, and a message, to one commit: into mailboxes and queue
// together.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "smtpd/state.h"
#include "store/store.h"

namespace pillarbox::smtpd {

struct Delivered {
  std::size_t mailboxes = 0;
  std::size_t relays = 0;  // recipients that travel on
};

// Durable for all recipients when it returns, or for none. A mailbox gets the message once, however many
// recipients lead there, and so does an address beyond us.
Task<std::expected<Delivered, store::Error>> deliver(store::Store& store, const Transaction& transaction,
                                                     std::unique_ptr<store::Draft> draft, Time now);

// Whether the message ends its journey here, for some recipient: then it has a Return-Path (RFC 5321 §4.4).
bool has_mailbox(const Transaction& transaction);

}  // namespace pillarbox::smtpd
