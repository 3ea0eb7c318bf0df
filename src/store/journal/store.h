// The embedded store: a journal on the disk, an index of it, snapshots in memory (docs/adr/0004,
// docs/journal-format.md). One process at a time has it open.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/journal/file.h"
#include "store/journal/reader.h"
#include "store/journal/resolver.h"
#include "store/journal/settings.h"
#include "store/store.h"

namespace pillarbox::store::journal {

class JournalStore final : public Store {
 public:
  // Opens what is in `folder`, or begins there. Blocks: as long as it takes to read what the journal has and
  // the index hasn't, and much longer when the index must be made anew. `clock` and `disk` must outlive the
  // store. Error: another process has it open; the folder can't be used. Damage to what was acknowledged is
  // no error: it is logged, the store opens read-only, and damage() tells.
  static std::expected<std::unique_ptr<JournalStore>, Error> open(std::string folder,
                                                                  const Settings& settings,
                                                                  const Clock& clock, Disk& disk);
  static std::expected<std::unique_ptr<JournalStore>, Error> open(std::string folder,
                                                                  const Settings& settings,
                                                                  const Clock& clock);
  // Answers what was asked, brings the index up to date. Requires: no coroutine waits for it that won't be
  // resumed, and no BodyReader, Draft or callback is in use any more.
  ~JournalStore() override;

  Task<std::expected<AccountId, Error>> open_account(std::string name) override;
  Task<std::expected<std::shared_ptr<const AccountView>, Error>> account(AccountId account) override;
  Task<std::expected<MailboxStatus, Error>> status(MailboxId mailbox) override;
  Task<std::expected<std::shared_ptr<const MailboxView>, Error>> view(MailboxId mailbox) override;
  std::unique_ptr<Watch> watch(MailboxId mailbox, std::function<void()> changed) override;
  Task<std::expected<Uid, Error>> first_recent(MailboxId mailbox, Recent how) override;
  std::unique_ptr<Draft> begin_draft() override;
  Task<std::expected<Receipt, Error>> commit(Batch batch) override;
  Task<std::expected<std::unique_ptr<BodyReader>, Error>> body(BodyId body) override;
  Task<std::vector<std::expected<std::unique_ptr<BodyReader>, Error>>> bodies(
      std::vector<BodyId> bodies) override;
  Task<std::vector<std::optional<std::string>>> cached(std::vector<BodyId> bodies) override;
  void cache(BodyId body, std::string computed) override;
  Task<std::expected<std::vector<ExpungedMessage>, Error>> expunged(MailboxId mailbox) override;
  Task<std::expected<std::vector<QueueEntry>, Error>> queue() override;
  Task<std::expected<std::vector<std::string>, Error>> account_names() override;

  // Damage to acknowledged mail that was found at opening.
  const std::vector<Finding>& damage() const;
  // A write has failed, or there was damage: commits answer read_only.
  bool is_read_only() const;

  // Looks now for what can be forgotten and compacted, and does it; for tests and `pillarbox doctor`. Blocks.
  void maintain();

 private:
  struct Parts;
  explicit JournalStore(std::unique_ptr<Parts> parts);
  Task<std::expected<std::vector<Restorable>, Error>> restorable(std::vector<BodyId> bodies);

  std::unique_ptr<Parts> parts_;
};

}  // namespace pillarbox::store::journal
