// DELETE, RFC 3501 §6.3.4.
#include <algorithm>

#include "imapd/handlers.h"
#include "imapd/special_use.h"

namespace pillarbox::imapd {

Task<Completion> remove(Session& session, const imap::Delete& command, Responses& out) {
  const auto account = co_await session.mailstore().mailboxes();
  if (!account) co_return no(account.error());
  const store::MailboxInfo* mailbox = (*account)->find(command.mailbox);
  if (mailbox == nullptr) {
    const std::string below = command.mailbox + hierarchy_separator;
    const bool has_inferiors = std::ranges::any_of(
        (*account)->mailboxes, [&](const auto& other) { return other.name.starts_with(below); });
    if (has_inferiors) co_return no(imap::codes::has_children, "Only the names below it exist");
    co_return no(imap::codes::nonexistent, "There is no such mailbox");
  }
  const store::MailboxId id = mailbox->id;
  const auto removed = co_await session.mailstore().remove(id);
  if (!removed) co_return no(removed.error());
  if (session.has_selected() && session.selected().id == id) {
    session.unselect();
    out.untagged_ok(imap::codes::closed, "The selected mailbox is gone");
  }
  co_return ok("DELETE completed");
}

}  // namespace pillarbox::imapd
