// NOOP and CHECK, RFC 3501 §6.1.2, §6.4.1: reasons for the session to say what is new. Nothing needs a
// checkpoint here, every change is durable when it is answered.
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> noop(Session&, const imap::Noop&, Responses&) { co_return ok("NOOP completed"); }

Task<Completion> check(Session&, const imap::Check&, Responses&) { co_return ok("CHECK completed"); }

}  // namespace pillarbox::imapd
