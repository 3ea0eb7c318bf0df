// COPY and UID COPY, RFC 3501 §6.4.7, with UIDPLUS, RFC 4315 §3.
#include "imapd/copied.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> copy(Session& session, const imap::Copy& command, Responses&) {
  const auto& mailbox = session.selected();
  auto uids = mailbox.uids_of(command.messages, command.numbers);
  const auto copied = co_await session.mailstore().copy(mailbox.id, command.mailbox, std::move(uids));
  if (!copied) co_return no_target(copied.error());
  if (copied->from.empty()) co_return ok("None of these messages is there");
  co_return ok(copy_uid(*copied), "COPY completed");
}

}  // namespace pillarbox::imapd
