// RENAME, RFC 3501 §6.3.5.
#include "imapd/handlers.h"
#include "imapd/special_use.h"

namespace pillarbox::imapd {

Task<Completion> rename(Session& session, const imap::Rename& command, Responses&) {
  const auto mailbox = co_await session.mailstore().find(command.from);
  if (!mailbox) co_return no(mailbox.error());
  std::string name = command.to;
  if (name.ends_with(hierarchy_separator)) name.pop_back();
  const auto renamed = co_await session.mailstore().rename(mailbox->id, std::move(name));
  if (!renamed) co_return no(renamed.error());
  co_return ok("RENAME completed");
}

}  // namespace pillarbox::imapd
