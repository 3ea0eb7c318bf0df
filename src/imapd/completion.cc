#include "imapd/completion.h"

#include "base/log.h"

namespace pillarbox::imapd {

using imap::Condition;

Completion ok(std::string_view text) { return {Condition::ok, "", std::string(text)}; }
Completion ok(std::string code, std::string_view text) {
  return {Condition::ok, std::move(code), std::string(text)};
}
Completion no(std::string_view text) { return {Condition::no, "", std::string(text)}; }
Completion no(std::string_view code, std::string_view text) {
  return {Condition::no, std::string(code), std::string(text)};
}
Completion bad(std::string_view text) { return {Condition::bad, "", std::string(text)}; }

Completion no(const store::Error& error) {
  switch (error.kind) {
    case store::ErrorKind::not_found: return no(imap::codes::nonexistent, "There is no such mailbox");
    case store::ErrorKind::exists: return no(imap::codes::already_exists, "A mailbox of that name exists");
    case store::ErrorKind::not_allowed:
      return no(imap::codes::cannot, "That isn't possible with this mailbox");
    case store::ErrorKind::limit: return no(imap::codes::limit, "A limit of this server is reached");
    case store::ErrorKind::read_only:
    case store::ErrorKind::disk_full:
    case store::ErrorKind::io:
      log::error("imapd", "the store failed: {}", error.detail);
      return no(imap::codes::unavailable, "The mail store can't do that now, try again later");
    case store::ErrorKind::corrupt:
      log::error("imapd", "damaged mail: {}", error.detail);
      return no(imap::codes::corruption, "The mail store found damage; the administrator has been told");
  }
  return no(imap::codes::server_bug, "Internal error");
}

Completion no_target(const store::Error& error) {
  if (error.kind == store::ErrorKind::not_found)
    return no(imap::codes::try_create, "There is no such mailbox");
  return no(error);
}

Completion unreadable(const store::Error& error) {
  if (error.kind == store::ErrorKind::not_found) {
    return no(imap::codes::expunge_issued, "Some of these messages are gone");
  }
  return no(error);
}

Completion completion_of(imap::SyntaxError error) {
  const imap::SyntaxAnswer answer = imap::answer_of(error);
  return {answer.severity == imap::Severity::bad ? Condition::bad : Condition::no, std::string(answer.code),
          std::string(answer.text)};
}

}  // namespace pillarbox::imapd
