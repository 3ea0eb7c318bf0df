// What each operation of a Batch does to a World: the reference for every store, written to be obviously
// right.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/memory/world.h"

namespace pillarbox::store::memory {

// One batch on its way into a copy of the world. After an error the copy is of no use.
class Change {
 public:
  // `bodies`: the bytes of Batch::bodies.
  Change(World& world, Time now, std::chrono::milliseconds window,
         std::vector<std::shared_ptr<const std::string>> bodies);

  // Requires: a name that no account has.
  AccountId make_account(const std::string& name);

  std::expected<Answer, Error> operator()(const Append& operation);
  std::expected<Answer, Error> operator()(const Copy& operation);
  std::expected<Answer, Error> operator()(const Move& operation);
  std::expected<Answer, Error> operator()(const StoreFlags& operation);
  std::expected<Answer, Error> operator()(const Expunge& operation);
  std::expected<Answer, Error> operator()(const Restore& operation);
  std::expected<Answer, Error> operator()(const CreateMailbox& operation);
  std::expected<Answer, Error> operator()(const DeleteMailbox& operation);
  std::expected<Answer, Error> operator()(const RenameMailbox& operation);
  std::expected<Answer, Error> operator()(const Subscribe& operation);
  std::expected<Answer, Error> operator()(const Unsubscribe& operation);
  std::expected<Answer, Error> operator()(const Enqueue& operation);
  std::expected<Answer, Error> operator()(const Dequeue& operation);

  // Mailboxes whose watchers want to know.
  const std::set<MailboxId>& touched() const { return touched_; }

 private:
  std::expected<Mailbox*, Error> open(MailboxId id);
  const Mailbox* find(AccountId account, const std::string& name) const;
  std::expected<MailboxId, Error> make(AccountId account, const std::string& name, SpecialUse use);
  std::expected<void, Error> make_superiors(AccountId account, const std::string& name);
  std::expected<void, Error> move_inbox(Mailbox& inbox, const std::string& name);
  Uid add(Mailbox& mailbox, Message message, FlagNames flags);
  // Into the world when the first operation names it. Gives a message with its id and size.
  std::expected<Message, Error> message_of(BodyIndex body);

  World& world_;
  Time now_;
  std::chrono::milliseconds window_;
  std::vector<std::shared_ptr<const std::string>> bodies_;
  std::map<BodyIndex, BodyId> kept_bodies_;
  std::set<MailboxId> touched_;
  std::vector<std::shared_ptr<Mailbox>> opened_;
};

}  // namespace pillarbox::store::memory
