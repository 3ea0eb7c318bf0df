// How a client is told what happened to its mailbox.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/imap/command.h"
#include "proto/imap/output.h"
#include "store/types.h"

namespace pillarbox::imapd {

enum class Announce : std::uint8_t {
  expunges_too,
  without_expunges,  // while FETCH, STORE or SEARCH count messages, RFC 3501 §7.4.1
};

// What the session itself did to flags, so that its client isn't told as if another had.
struct OwnChange {
  enum class Tell : std::uint8_t {
    flags,            // each message's flags, changed or not
    unless_expected,  // only where they aren't what the client expects (.SILENT)
    nothing,          // the command tells itself
  };
  Tell tell = Tell::flags;
  std::vector<store::Uid> uids;  // ascending
  // With unless_expected: what was done.
  imap::Store::Mode mode = imap::Store::Mode::replace;
  imap::FlagList flags;
};

struct Announcement {
  Announce expunges = Announce::expunges_too;
  imap::Numbers numbers = imap::Numbers::sequence;  // uid: FETCH responses must have UID, RFC 3501 §6.4.8
  const OwnChange* own = nullptr;
  // Where FETCH responses go instead, for a command that has some of its own to give first: simple clients
  // take the first FETCH response for the answer. When it grows as large as what is sent at once, it is sent.
  imap::Output* later = nullptr;
};

}  // namespace pillarbox::imapd
