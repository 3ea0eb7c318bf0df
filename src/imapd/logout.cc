// LOGOUT, RFC 3501 §6.1.3.
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> logout(Session& session, const imap::Logout&, Responses& out) {
  out.bye("Logging out");
  session.connection().closing = true;
  co_return ok("LOGOUT completed");
}

}  // namespace pillarbox::imapd
