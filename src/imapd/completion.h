// How a command ends: what a handler returns and the session writes, in one place, behind the command's tag.
#pragma once

#include <string>
#include <string_view>

#include "proto/imap/response.h"
#include "proto/imap/response_code.h"
#include "proto/imap/syntax_error.h"
#include "store/types.h"

namespace pillarbox::imapd {

struct Completion {
  imap::Condition condition = imap::Condition::ok;
  std::string code;  // as proto/imap/response_code.h has them, or empty
  std::string text;
};

Completion ok(std::string_view text);
Completion ok(std::string code, std::string_view text);
Completion no(std::string_view text);
Completion no(std::string_view code, std::string_view text);
Completion bad(std::string_view text);

// What the peer may know of a failure of the store: never its `detail`, which goes to the log.
Completion no(const store::Error& error);

// As no(error), for commands that bring messages into a mailbox: tells the client to create it if it isn't
// there (RFC 3501 §7.1).
Completion no_target(const store::Error& error);

// A message that a command can't be answered for.
Completion unreadable(const store::Error& error);

Completion completion_of(imap::SyntaxError error);

}  // namespace pillarbox::imapd
