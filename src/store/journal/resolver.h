// From a Batch to its effects: checks each operation against the head, gives out ids, uids and modseqs,
// changes the head and writes down what changed. Whole or nothing: after an error the head is as it was.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/batch.h"
#include "store/journal/head.h"
#include "store/types.h"

namespace pillarbox::store::journal {

// A message that may be restored, as the index knew it before the batch was resolved.
struct Restorable {
  MailboxId mailbox;
  Message message;
  Time expunged;
  FlagNames flags;
  AccountId account;
};

// What one Batch comes to.
struct Resolution {
  Receipt receipt;
  std::string payload;         // of its changes record, but for BodyStored
  std::vector<BodyId> bodies;  // the batch's; 0 for those that no operation names
};

class Resolver {
 public:
  Resolver(Head& head, std::chrono::milliseconds window) : head_(head), window_(window) {}

  // `body_sizes`: of the batch's bodies. `restorable`: everything that its Restore operations name.
  // Requires: the messages of mailboxes_needed() are loaded, those of mailboxes that exist.
  std::expected<Resolution, Error> resolve(const std::vector<Operation>& operations,
                                           std::span<const std::uint64_t> body_sizes,
                                           const std::vector<Restorable>& restorable, Time now);

  // The account of that name, made if it is new.
  std::expected<std::pair<AccountId, Resolution>, Error> make_account(const std::string& name, Time now);

  // Expunged messages whose window has ended, and deleted mailboxes of which nothing is left.
  Resolution forget(const std::vector<std::pair<MailboxId, Uid>>& expunged,
                    const std::vector<MailboxId>& mailboxes);

  // What was changed since the last call of take_touched(). What was queued may have been dequeued again.
  struct Touched {
    std::vector<MailboxId> mailboxes;  // ascending, each once
    std::set<AccountId> accounts;
    std::set<MailboxId> deleted;
    std::vector<QueueEntry> queued;
    std::vector<QueueId> dequeued;
  };
  Touched take_touched();

  // The batch that was resolved last has this sequence. What the index shows since `applied` needn't be
  // remembered.
  void settle(std::uint64_t sequence, std::uint64_t applied);

 private:
  using Result = std::expected<Answer, Error>;

  Result on(const Append& operation);
  Result on(const Copy& operation);
  Result on(const Move& operation);
  Result on(const StoreFlags& operation);
  Result on(const Expunge& operation);
  Result on(const Restore& operation);
  Result on(const CreateMailbox& operation);
  Result on(const DeleteMailbox& operation);
  Result on(const RenameMailbox& operation);
  Result on(const Subscribe& operation);
  Result on(const Unsubscribe& operation);
  Result on(const Enqueue& operation);
  Result on(const Dequeue& operation);

  // For changing it: remembers how it was, if the batch may fail later. What was changed is said with
  // touch().
  std::expected<HeadMailbox*, Error> open(MailboxId mailbox);
  std::expected<HeadAccount*, Error> open(AccountId account);
  std::expected<MailboxId, Error> make_mailbox(AccountId account, const std::string& name, SpecialUse use);
  std::expected<void, Error> make_superiors(AccountId account, const std::string& name);
  std::expected<void, Error> rename_inbox(HeadMailbox& inbox, const std::string& name);
  std::expected<Message, Error> message_of(BodyIndex body, Time internal_date);
  std::expected<void, Error> check_uids(const HeadMailbox& mailbox, std::size_t count) const;
  // New messages under the next uids. Their flags are the mailbox's already.
  std::vector<Uid> add(HeadMailbox& mailbox, std::vector<Message> messages);
  void put(HeadMailbox& mailbox, const Message& message);
  void remove(HeadMailbox& mailbox, const std::vector<Uid>& uids);
  void begin(Time now, std::span<const std::uint64_t> body_sizes, const std::vector<Restorable>* restorable);
  bool may_fail_late(const std::vector<Operation>& operations);
  void touch(const HeadMailbox& mailbox) {
    auto& touched = batch_touched_.mailboxes;
    if (touched.empty() || touched.back() != mailbox.info.id) touched.push_back(mailbox.info.id);
  }
  void touch(const HeadAccount& account) { batch_touched_.accounts.insert(account.id); }
  Resolution finish();
  void roll_back();
  void emit(const Effect& effect) { encode(resolution_.payload, effect); }
  // What `mailbox` has more of than `known` becomes an effect.
  void emit_keywords(const HeadMailbox& mailbox, std::size_t known);

  Head& head_;
  const std::chrono::milliseconds window_;

  // Of the batch that is being resolved.
  Time now_;
  std::span<const std::uint64_t> body_sizes_;
  const std::vector<Restorable>* restorable_ = nullptr;
  Resolution resolution_;
  bool saves_ = false;
  LastIds saved_last_;
  std::map<MailboxId, HeadMailbox> saved_mailboxes_;
  std::map<AccountId, HeadAccount> saved_accounts_;
  std::set<MailboxId> made_mailboxes_;
  std::optional<AccountId> made_account_;
  Touched batch_touched_;  // mailboxes in any order, and more than once, until finish()

  Touched touched_;  // likewise, until take_touched()
  // Expunged messages that were restored or forgotten, and that the index may still show as restorable.
  using ExpungedKey = std::pair<MailboxId, Uid>;
  std::set<ExpungedKey> batch_taken_;
  std::map<ExpungedKey, std::uint64_t> taken_;  // → sequence; 0 until settle()
};

// Mailboxes whose messages must be loaded for these operations.
std::vector<MailboxId> mailboxes_needed(const std::vector<Operation>& operations);

// Not less than the bytes of all effects of these operations.
std::uint64_t payload_bound(const Head& head, const std::vector<Operation>& operations, std::size_t bodies,
                            std::size_t restorable);

}  // namespace pillarbox::store::journal
