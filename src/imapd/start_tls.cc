// STARTTLS, RFC 3501 §6.2.1. The handshake comes behind the answer: Session::execute.
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> start_tls(Session& session, const imap::StartTls&, Responses&) {
  session.connection().starting_tls = true;
  co_return ok("Begin TLS negotiation now");
}

}  // namespace pillarbox::imapd
