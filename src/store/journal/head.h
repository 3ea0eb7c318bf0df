// The newest state of everything but messages and bodies: what the next Batch is resolved against. It runs
// ahead of what is durable, and nobody sees it but the one thread that resolves.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/journal/effects.h"
#include "store/types.h"
#include "store/view.h"
#include "store/view_editor.h"

namespace pillarbox::store::journal {

struct HeadMailbox {
  MailboxInfo info;
  AccountId account;
  Uid uid_next{1};
  ModSeq highest_modseq{1};
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted = 0;
  std::uint64_t size = 0;
  std::vector<std::string> keywords;

  // Its messages, when they are loaded. Without them only Append is possible, and what the index may not have
  // yet waits in `tail`.
  std::optional<ViewEditor> editor;
  struct TailMessage {
    Message message;
    std::uint64_t sequence;
  };
  std::deque<TailMessage> tail;
  bool is_loading = false;

  std::uint64_t last_sequence = 0;  // of the last batch that changed it
  std::uint64_t last_used = 0;      // counts up; the least recently used are unloaded first

  void count(const Message& message, int by);
  Counted counted() const;
  MailboxStatus status() const;
  // A second one of the same state.
  HeadMailbox fork();
};

struct HeadAccount {
  AccountId id;
  std::string name;
  std::map<std::string, MailboxId> mailboxes;
  std::set<std::string> subscriptions;
};

// The last number of each kind that was given out.
struct LastIds {
  std::uint64_t account = 0;
  std::uint64_t mailbox = 0;
  std::uint64_t queue_entry = 0;
  std::uint64_t body = 0;
  std::uint32_t uid_validity = 0;
};

struct Head {
  std::unordered_map<AccountId, HeadAccount> accounts;
  std::unordered_map<std::string, AccountId> account_names;
  std::unordered_map<MailboxId, HeadMailbox> mailboxes;
  std::unordered_set<QueueId> queue;
  LastIds last;

  HeadMailbox* find(MailboxId mailbox);
  HeadAccount* find(AccountId account);
};

std::shared_ptr<const AccountView> view_of(const Head& head, const HeadAccount& account);

}  // namespace pillarbox::store::journal
