// The counters of a mailbox as STATUS tells them; LIST-STATUS tells them too.
#pragma once

#include "imapd/responses.h"
#include "proto/imap/status_items.h"
#include "store/view.h"

namespace pillarbox::imapd {

void write_status_response(Responses& out, std::string_view mailbox, imap::StatusItems items,
                           const store::MailboxStatus& status);

}  // namespace pillarbox::imapd
