// Two snapshots of a mailbox held against each other: what a client must be told to get from one to the
// other. Pure; chunks that both share cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/imap/number_set.h"
#include "store/view.h"

namespace pillarbox::imapd {

using Snapshot = std::shared_ptr<const store::MailboxView>;

struct SnapshotChanges {
  imap::NumberSet expunged;            // sequence numbers of the older snapshot
  std::vector<std::uint32_t> changed;  // indices in the newer one, ascending, of messages that both have
  std::size_t added = 0;               // messages at the end of the newer one
};

// Changed is a message whose flags or mod-sequence differ.
// Requires: both are of one mailbox, and `now` isn't older.
SnapshotChanges compare(const store::MailboxView& before, const store::MailboxView& now);

// `now`, but with the messages that only `before` has still in their places, since the client may not be told
// yet that they are gone (RFC 3501 §7.4.1). Answers `now` itself if none is.
Snapshot keep_expunged(const Snapshot& before, const Snapshot& now);

}  // namespace pillarbox::imapd
