// CREATE, RFC 3501 §6.3.3, with CREATE-SPECIAL-USE, RFC 6154 §5.
#include "imapd/handlers.h"
#include "imapd/special_use.h"

namespace pillarbox::imapd {

Task<Completion> create(Session& session, const imap::Create& command, Responses&) {
  // A separator at the end says that names below are to follow: nothing that this server must know (§6.3.3).
  std::string name = command.mailbox;
  if (name.ends_with(hierarchy_separator)) name.pop_back();
  const auto use = special_use_of(command.uses);
  if (!use) co_return no(imap::codes::use_attr, "A mailbox here can't have such a use");
  const auto created = co_await session.mailstore().create(std::move(name), *use);
  if (!created) co_return no(created.error());
  co_return ok("CREATE completed");
}

}  // namespace pillarbox::imapd
