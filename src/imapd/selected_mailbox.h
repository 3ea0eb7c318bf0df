// The selected mailbox as its client knows it: the snapshot that gives sequence numbers their meaning. It
// changes only when the client is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "imapd/snapshot.h"
#include "proto/imap/command.h"
#include "proto/imap/sequence_set.h"

namespace pillarbox::imapd {

// Messages [begin, end) of a snapshot, counted from 0.
struct IndexRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const IndexRange&, const IndexRange&) = default;
};

class SelectedMailbox {
 public:
  SelectedMailbox(imap::Access how, Snapshot snapshot)
      : id(snapshot->id), access(how), known_(std::move(snapshot)) {}

  const store::MailboxId id;
  const imap::Access access;

  const store::MailboxView& known() const { return *known_; }
  const Snapshot& snapshot() const { return known_; }
  // The client is told of everything up to `snapshot`.
  void know(Snapshot snapshot) { known_ = std::move(snapshot); }

  // The messages from `first` on, as far as they are known, are \Recent in this session (RFC 3501 §2.3.2).
  void add_recent(store::Uid first);
  bool is_recent(store::Uid uid) const { return !recent_.empty() && recent_.contains(uid.value); }
  std::uint32_t recent_count() const;

  // Which messages a command means, ascending; numbers of messages that aren't there are left out. The ranges
  // don't overlap.
  std::vector<IndexRange> indices_of(const imap::SequenceSet& messages, imap::Numbers numbers) const;
  std::vector<store::Uid> uids_of(const imap::SequenceSet& messages, imap::Numbers numbers) const;

 private:
  Snapshot known_;
  imap::NumberSet recent_;  // uids
};

// All uids of the ranges, ascending.
std::vector<store::Uid> uids_in(const store::MailboxView& view, const std::vector<IndexRange>& ranges);

}  // namespace pillarbox::imapd
