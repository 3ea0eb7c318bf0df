// BODY and BODYSTRUCTURE, RFC 3501 §7.4.2, as Dovecot writes them byte for byte where the RFC leaves a
// choice.
#pragma once

#include "mail/structure.h"
#include "proto/imap/output.h"

namespace pillarbox::imap {

void write_body(Output& out, const mail::Structure& structure);            // BODY: without extension data
void write_body_structure(Output& out, const mail::Structure& structure);  // BODYSTRUCTURE: with all of it

}  // namespace pillarbox::imap
