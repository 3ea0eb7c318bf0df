// DELETE, RFC 3501 §6.3.4.
#include <algorithm>

#include "imapd/handlers.h"
#include "store/names.h"

namespace pillarbox::imapd {

namespace {

// There is no such mailbox, but perhaps its name is a level above others.
Task<Completion> why_not_there(store::Mailstore& mailstore, const std::string& name) {
  const auto account = co_await mailstore.mailboxes();
  if (!account) co_return no(account.error());
  const bool has_inferiors = std::ranges::any_of(
      (*account)->mailboxes, [&](const auto& mailbox) { return store::is_inferior(mailbox.name, name); });
  if (has_inferiors) co_return no(imap::codes::has_children, "Only the names below it exist");
  co_return no(imap::codes::nonexistent, "There is no such mailbox");
}

}  // namespace

Task<Completion> remove(Session& session, const imap::Delete& command, Responses& out) {
  const auto mailbox = co_await session.mailstore().find(command.mailbox);
  if (!mailbox && mailbox.error().kind == store::ErrorKind::not_found) {
    co_return co_await why_not_there(session.mailstore(), command.mailbox);
  }
  if (!mailbox) co_return no(mailbox.error());
  const auto removed = co_await session.mailstore().remove(mailbox->id);
  if (!removed) co_return no(removed.error());
  if (session.has_selected() && session.selected().id == mailbox->id) {
    session.unselect();
    out.untagged_ok(imap::codes::closed, "The selected mailbox is gone");
  }
  co_return ok("DELETE completed");
}

}  // namespace pillarbox::imapd
