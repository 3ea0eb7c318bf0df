// STATUS, RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 8438.
#include "imapd/status.h"

#include "imapd/handlers.h"

namespace pillarbox::imapd {

void write_status_response(Responses& out, std::string_view mailbox, imap::StatusItems items,
                           const store::MailboxStatus& status) {
  imap::write_mailbox_status(out.text(), mailbox, items,
                             {.messages = status.messages,
                              .recent = status.recent,
                              .uid_next = status.uid_next.value,
                              .uid_validity = status.uid_validity.value,
                              .unseen = status.unseen,
                              .highest_modseq = status.highest_modseq.value,
                              .size = status.size});
}

Task<Completion> status(Session& session, const imap::Status& command, Responses& out) {
  const auto mailbox = co_await session.mailstore().find(command.mailbox);
  if (!mailbox) co_return no(mailbox.error());
  const auto counters = co_await session.mailstore().status(mailbox->id);
  if (!counters) co_return no(counters.error());
  // RFC 7162 §3.1: who asks for it knows of mod-sequences.
  if (command.items.has(imap::status_items::highest_modseq)) session.use_condstore(out);
  write_status_response(out, command.mailbox, command.items, *counters);
  co_return ok("STATUS completed");
}

}  // namespace pillarbox::imapd
