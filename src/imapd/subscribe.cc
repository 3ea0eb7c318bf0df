// SUBSCRIBE and UNSUBSCRIBE, RFC 3501 §6.3.6, §6.3.7.
#include "imapd/handlers.h"
#include "imapd/special_use.h"

namespace pillarbox::imapd {

namespace {

std::string without_separator_at_end(std::string name) {
  if (name.ends_with(hierarchy_separator)) name.pop_back();
  return name;
}

}  // namespace

Task<Completion> subscribe(Session& session, const imap::Subscribe& command, Responses&) {
  // Only to what exists, as Dovecot has it; it may go away later and stay subscribed.
  std::string name = without_separator_at_end(command.mailbox);
  const auto found = co_await session.mailstore().find(name);
  if (!found) co_return no(found.error());
  const auto subscribed = co_await session.mailstore().subscribe(std::move(name));
  if (!subscribed) co_return no(subscribed.error());
  co_return ok("SUBSCRIBE completed");
}

Task<Completion> unsubscribe(Session& session, const imap::Unsubscribe& command, Responses&) {
  const auto done = co_await session.mailstore().unsubscribe(without_separator_at_end(command.mailbox));
  if (!done) co_return no(done.error());
  co_return ok("UNSUBSCRIBE completed");
}

}  // namespace pillarbox::imapd
