// Removing what is marked \Deleted: EXPUNGE, CLOSE, UID EXPUNGE.
#pragma once

#include "base/task.h"
#include "proto/imap/sequence_set.h"
#include "store/mailstore.h"

namespace pillarbox::imapd {

// All messages of the mailbox that have \Deleted now; only those among `uids` if it is given.
Task<store::Result<store::Expunged>> expunge_deleted(store::Mailstore& mailstore, store::MailboxId mailbox,
                                                     const imap::SequenceSet* uids = nullptr);

}  // namespace pillarbox::imapd
