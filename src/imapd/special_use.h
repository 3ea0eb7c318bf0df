// What IMAP says of mailboxes in the store's terms.
#pragma once

#include <optional>

#include "proto/imap/command.h"
#include "store/types.h"

namespace pillarbox::imapd {

inline constexpr char hierarchy_separator = '/';  // as the store has it

// RFC 6154 §2. A mailbox has one use at most, and none that is a view of all mail (\All, \Flagged): nothing
// then.
std::optional<store::SpecialUse> special_use_of(imap::SpecialUses uses);
imap::SpecialUses uses_of(store::SpecialUse use);

}  // namespace pillarbox::imapd
