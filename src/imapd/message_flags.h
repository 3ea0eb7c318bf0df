// The FLAGS of a message as this session's client sees them.
#pragma once

#include "imapd/flags.h"
#include "imapd/selected_mailbox.h"
#include "proto/imap/fetch_response.h"

namespace pillarbox::imapd {

inline void write_flags(imap::FetchResponse& response, const imap::FlagTexts& texts,
                        const SelectedMailbox& mailbox, store::Uid uid, store::Flags flags) {
  imap::SystemFlags system = system_flags_of(flags.bits);
  if (mailbox.is_recent(uid)) system |= imap::system_flags::recent;
  response.flags(texts, system, keyword_bits_of(flags.bits));
}

// `* FLAGS` and PERMANENTFLAGS, RFC 3501 §7.2.6, §7.1.
void write_flag_lists(imap::Output& out, const SelectedMailbox& mailbox);

}  // namespace pillarbox::imapd
