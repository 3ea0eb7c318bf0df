// The words in which everything above speaks of kept mail: ids, flags, a message in a mailbox, errors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"

namespace pillarbox::store {

using AccountId = Id<struct AccountTag, std::uint64_t>;
using MailboxId = Id<struct MailboxTag, std::uint64_t>;  // never used again, not even for the same name
using BodyId = Id<struct BodyTag, std::uint64_t>;        // one message's bytes; several mailboxes may hold it
using QueueId = Id<struct QueueTag, std::uint64_t>;
using Uid = Id<struct UidTag, std::uint32_t>;                  // RFC 3501 §2.3.1.1
using UidValidity = Id<struct UidValidityTag, std::uint32_t>;  // likewise
using ModSeq = Id<struct ModSeqTag, std::uint64_t>;            // RFC 7162 §3.1, per mailbox, 63 bits

// Flags of a message as bits: the system flags low, then the mailbox's keywords in the order of its keyword
// list (MailboxView::keywords). \Recent isn't kept: it belongs to a session.
struct Flags {
  std::uint64_t bits = 0;

  static constexpr std::uint64_t seen = 1;
  static constexpr std::uint64_t answered = 2;
  static constexpr std::uint64_t flagged = 4;
  static constexpr std::uint64_t deleted = 8;
  static constexpr std::uint64_t draft = 16;
  static constexpr std::uint64_t system_mask = 31;
  static constexpr unsigned first_keyword_bit = 8;
  static constexpr unsigned max_keywords = 64 - first_keyword_bit;  // per mailbox; more are refused

  constexpr bool has(std::uint64_t mask) const { return (bits & mask) == mask; }
  friend constexpr bool operator==(Flags, Flags) = default;
};

// Flags by name, as a command brings them: the system bits, and keywords that the mailbox may not know yet.
struct FlagNames {
  std::uint64_t system = 0;
  std::vector<std::string> keywords;  // compared without case (RFC 3501 §2.3.2), kept as first written
};

// A message in a mailbox.
struct Message {
  Uid uid;
  Flags flags;
  ModSeq modseq;
  Time internal_date;
  Time saved;              // when it came into this mailbox
  std::uint32_t size = 0;  // octets as FETCH RFC822.SIZE tells
  BodyId body;
};

// RFC 6154 §2.
enum class SpecialUse : std::uint8_t { none, all, archive, drafts, flagged, junk, sent, trash };

enum class ErrorKind : std::uint8_t {
  not_found,    // no such mailbox, account, body
  exists,       // a mailbox of that name is there
  not_allowed,  // INBOX can't be deleted, a name that can't be a mailbox's
  limit,        // too many keywords, mailboxes, bytes
  read_only,    // a write failed before: nothing is accepted until the operator looked
  disk_full,    // temporary: this batch left no trace
  io,           // the disk answered with an error
  corrupt,      // a checksum doesn't fit
};

struct Error {
  ErrorKind kind;
  std::string detail;  // for the log, never for the peer

  // Whether trying again later, with nothing changed by the peer, may help.
  bool is_temporary() const {
    return kind == ErrorKind::read_only || kind == ErrorKind::disk_full || kind == ErrorKind::io;
  }
};

}  // namespace pillarbox::store
