// What a Batch comes to, once every id, uid and modseq is known: the payload of a changes record. Effects are
// absolute
// ("these uids now have these flags"), so that whoever applies them in order comes to the same state, with
// nothing to decide. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/batch.h"
#include "store/journal/bytes.h"
#include "store/journal/uid_set.h"
#include "store/types.h"

namespace pillarbox::store::journal {

// Where a body's bytes are.
struct Place {
  std::uint64_t segment = 0;  // 0: in a file of their own
  std::uint64_t at = 0;       // the record's offset in the segment, or the file's number
  friend bool operator==(const Place&, const Place&) = default;
};

struct AccountMade {
  AccountId account;
  std::string name;
};
struct MailboxMade {
  MailboxId mailbox;
  AccountId account;
  std::string name;
  SpecialUse special_use = SpecialUse::none;
  UidValidity uid_validity;
};
struct MailboxDeleted {  // its messages are expunged at that time
  MailboxId mailbox;
  Time when;
};
struct MailboxForgotten {  // a deleted one, after its last expunged message was forgotten
  MailboxId mailbox;
};
struct MailboxRenamed {
  MailboxId mailbox;
  std::string name;
};
struct Subscribed {
  AccountId account;
  std::string name;
};
struct Unsubscribed {
  AccountId account;
  std::string name;
};
struct KeywordsAdded {
  MailboxId mailbox;
  std::vector<std::string> keywords;
};
struct MessagesAdded {  // with consecutive uids
  MailboxId mailbox;
  std::vector<Message> messages;  // all with the same modseq and time of saving
};
struct FlagsSet {
  struct Part {
    Flags flags;
    UidSet uids;
  };
  MailboxId mailbox;
  ModSeq modseq;
  std::vector<Part> parts;
};
struct MessagesExpunged {
  MailboxId mailbox;
  ModSeq modseq;
  Time when;
  UidSet uids;
};
struct MessagesMovedAway {  // gone, and not to be restored
  MailboxId mailbox;
  ModSeq modseq;
  UidSet uids;
};
struct ExpungedForgotten {  // restored, or their window has ended
  MailboxId mailbox;
  UidSet uids;
};
struct BodyStored {
  BodyId body;
  std::uint64_t size = 0;
  Place place;
};
struct BodyMoved {
  BodyId body;
  Place place;
};
struct Queued {
  QueueEntry entry;
};
struct Dequeued {
  QueueId id;
};
// A mailbox after the batch. Stands behind its other effects.
struct Counted {
  MailboxId mailbox;
  Uid uid_next;
  ModSeq highest_modseq;
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted = 0;
  std::uint64_t size = 0;
};

using Effect =
    std::variant<AccountMade, MailboxMade, MailboxDeleted, MailboxForgotten, MailboxRenamed, Subscribed,
                 Unsubscribed, KeywordsAdded, MessagesAdded, FlagsSet, MessagesExpunged, MessagesMovedAway,
                 ExpungedForgotten, BodyStored, BodyMoved, Queued, Dequeued, Counted>;

// Appends one effect to a payload.
void encode(std::string& payload, const Effect& effect);

// One message into a mailbox, without a vector for it: what deliveries do all day.
void encode_message_added(std::string& payload, MailboxId mailbox, const Message& message);

// Takes the first effect off a payload; nothing when it is malformed, and then the payload is of no use.
// Requires: !payload.empty().
std::optional<Effect> take_effect(std::string_view& payload);

// A queue entry's fields, also as a row of the index.
void write(ByteWriter& out, const QueueEntry& entry);
QueueEntry read_queue_entry(ByteReader& in);

}  // namespace pillarbox::store::journal
