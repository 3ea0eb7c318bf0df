// Which command may come when: all of it, in one pure function. No handler asks again.
#pragma once

#include <optional>

#include "proto/smtp/command.h"
#include "proto/smtp/reply.h"
#include "smtpd/listener.h"
#include "smtpd/settings.h"
#include "smtpd/state.h"

namespace pillarbox::smtpd {

// Why `command` may not be carried out now, or nothing if it may.
std::optional<smtp::Reply> refuse(const smtp::Command& command, const State& state, const Listener& listener,
                                  const Settings& settings);

// Whether passwords are taken on this connection as it is now: what EHLO announces.
bool offers_auth(const State& state, const Listener& listener);
bool offers_starttls(const State& state, const Listener& listener);

}  // namespace pillarbox::smtpd
