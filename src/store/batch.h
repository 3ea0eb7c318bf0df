// A Batch: changes that become durable together, or not at all. Every change to kept mail is one of these.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "store/draft.h"
#include "store/types.h"

namespace pillarbox::store {

// Which of Batch::bodies an operation keeps.
using BodyIndex = std::size_t;

// A message into a mailbox: delivery and IMAP APPEND. Answer: Appended.
struct Append {
  MailboxId mailbox;
  BodyIndex body = 0;
  FlagNames flags;
  Time internal_date;
};

// References to the same bodies in another mailbox (or the same); internal dates and flags kept, but for
// keywords that find no room there. Uids that are gone are left out. Answer: Copied.
struct Copy {
  MailboxId from;
  std::vector<Uid> uids;  // ascending
  MailboxId to;
};

// As Copy, and gone from `from` in the same commit (RFC 6851). Answer: Copied.
struct Move {
  MailboxId from;
  std::vector<Uid> uids;  // ascending
  MailboxId to;
};

// Error: limit, when a mailbox would have more than Flags::max_keywords. Answer: FlagsStored.
struct StoreFlags {
  enum class Mode : std::uint8_t { replace, add, remove };
  MailboxId mailbox;
  std::vector<Uid> uids;  // ascending; those that are gone are left out
  Mode mode = Mode::replace;
  FlagNames flags;
  std::optional<ModSeq> unchanged_since;  // RFC 7162 §3.1.3
};

// Removes those of `uids` that have \Deleted at that moment. Answer: Expunged.
struct Expunge {
  MailboxId mailbox;
  std::vector<Uid> uids;  // ascending
};

// Mail that was expunged before this batch from any mailbox of the same account, deleted ones too, into
// `mailbox` under new uids in its old order, while its window lasts. Bodies that can't be found are left out.
// Answer: Appended, one uid for each expunged message found.
struct Restore {
  MailboxId mailbox;
  std::vector<BodyId> bodies;
};

// Superior levels are made as needed (RFC 3501 §6.3.3). Error: exists, not_allowed (names.h), limit. Answer:
// Created.
struct CreateMailbox {
  AccountId account;
  std::string name;
  SpecialUse special_use = SpecialUse::none;
};

// Its messages are expunged with it; its inferiors stay (RFC 3501 §6.3.4). INBOX: not_allowed. Answer: Done.
struct DeleteMailbox {
  MailboxId mailbox;
};

// Its inferiors are renamed with it, superiors made as needed. INBOX stays: its messages move to a new
// mailbox of that name (RFC 3501 §6.3.5). Special use and subscriptions stay as they are. Error: exists, also
// when an inferior's new name is taken; not_allowed, also when the new name lies below the old one. Answer:
// Done.
struct RenameMailbox {
  MailboxId mailbox;
  std::string name;
};

// The mailbox needn't exist (RFC 3501 §6.3.6). Answer: Done, also when nothing had to change.
struct Subscribe {
  AccountId account;
  std::string name;
};
struct Unsubscribe {
  AccountId account;
  std::string name;
};

// A message that must travel on. Answer: Enqueued.
struct QueueEntry {
  QueueId id;  // given by the store
  std::string trace_id;
  std::string action;        // the config's action that sends it
  std::string reverse_path;  // "" is the null path
  std::vector<std::string> recipients;
  std::vector<std::string> parameters;  // ESMTP parameters that must travel on, such as BODY=8BITMIME
  Time accepted;
  BodyId body;  // given by the store
};
struct Enqueue {
  QueueEntry entry;
  BodyIndex body = 0;
};
// Answer: Done.
struct Dequeue {  // not_found if it isn't there
  QueueId id;
};

using Operation = std::variant<Append, Copy, Move, StoreFlags, Expunge, Restore, CreateMailbox, DeleteMailbox,
                               RenameMailbox, Subscribe, Unsubscribe, Enqueue, Dequeue>;

struct Batch {
  std::vector<std::unique_ptr<Draft>> bodies;  // each stored once, however many operations name it
  std::vector<Operation> operations;
};

struct Appended {
  UidValidity uid_validity;
  std::vector<Uid> uids;
};
struct Copied {
  UidValidity uid_validity;  // of the target
  std::vector<Uid> from;     // from[i] became to[i]
  std::vector<Uid> to;
};
struct FlagsStored {
  std::vector<Uid> modified;  // left alone since they changed after unchanged_since
  ModSeq modseq;              // of those that were changed; 0 if none was: equal flags are left as they are
};
struct Expunged {
  std::vector<Uid> uids;
};
struct Created {
  MailboxId mailbox;
  UidValidity uid_validity;
};
struct Enqueued {
  QueueId id;
};
struct Done {};

using Answer = std::variant<Done, Appended, Copied, FlagsStored, Expunged, Created, Enqueued>;

// One answer an operation, in their order.
struct Receipt {
  std::vector<Answer> answers;
};

}  // namespace pillarbox::store
