// MOVE and UID MOVE, RFC 6851.
#include "imapd/copied.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> move(Session& session, const imap::Move& command, Responses& out) {
  const auto& mailbox = session.selected();
  auto uids = mailbox.uids_of(command.messages, command.numbers);
  const auto moved = co_await session.mailstore().move(mailbox.id, command.mailbox, std::move(uids));
  if (!moved) co_return no_target(moved.error());
  if (moved->from.empty()) co_return ok("None of these messages is there");

  out.untagged_ok(copy_uid(*moved), "Moved");  // before the EXPUNGEs, §4.3
  co_await session.announce_changes(out, Announce::expunges_too);
  co_return ok("MOVE completed");
}

}  // namespace pillarbox::imapd
