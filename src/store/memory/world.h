// Everything a memory store holds, as plain values. A commit works on a copy, which then replaces the old one
// or is thrown away; mailboxes are shared between copies until one of them is changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "store/batch.h"
#include "store/store.h"
#include "store/types.h"
#include "store/view.h"

namespace pillarbox::store::memory {

struct Mailbox {
  MailboxInfo info;
  AccountId account;
  bool is_deleted = false;  // kept for what can be restored from it
  Uid uid_next{1};
  ModSeq highest_modseq{1};
  Uid first_recent{1};
  std::vector<std::string> keywords;
  std::vector<Message> messages;          // ascending by uid
  std::vector<ExpungedMessage> expunged;  // with flags in this mailbox's bits
};

struct Account {
  AccountId id;
  std::string name;
  std::set<std::string> subscriptions;
};

struct World {
  std::map<AccountId, Account> accounts;
  std::map<MailboxId, std::shared_ptr<const Mailbox>> mailboxes;
  std::map<QueueId, QueueEntry> queue;
  std::map<BodyId, std::shared_ptr<const std::string>> bodies;
  std::uint64_t last_account = 0;
  std::uint64_t last_mailbox = 0;
  std::uint64_t last_queue_entry = 0;
  std::uint64_t last_body = 0;
  std::uint32_t last_uid_validity = 0;
};

}  // namespace pillarbox::store::memory
