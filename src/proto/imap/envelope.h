// ENVELOPE, RFC 3501 §7.4.2.
#pragma once

#include "mail/envelope.h"
#include "proto/imap/output.h"

namespace pillarbox::imap {

// `("date" "subject" ((name route local host)…) … "message-id")`. An address that lacks a half gets
// MISSING_MAILBOX or MISSING_DOMAIN for it, as Dovecot writes: NIL there would make it the start or end of a
// group.
void write_envelope(Output& out, const mail::Envelope& envelope);

}  // namespace pillarbox::imap
