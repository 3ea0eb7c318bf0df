// CLOSE, RFC 3501 §6.4.2, and UNSELECT, RFC 3691.
#include "imapd/deleted.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> close(Session& session, const imap::Close&, Responses&) {
  const store::MailboxId id = session.selected().id;
  const bool may_expunge = session.selected().access == imap::Access::read_write;
  if (may_expunge) {
    const auto expunged = co_await expunge_deleted(session.mailstore(), id);
    // The mailbox stays open when it can't be cleaned: the client must not think that its mail is gone.
    if (!expunged && expunged.error().kind != store::ErrorKind::not_found) co_return no(expunged.error());
  }
  session.unselect();
  co_return ok("CLOSE completed");
}

Task<Completion> unselect(Session& session, const imap::Unselect&, Responses&) {
  session.unselect();
  co_return ok("UNSELECT completed");
}

}  // namespace pillarbox::imapd
