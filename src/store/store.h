// The store: mailboxes, messages and the queue, behind one interface for every kind (docs/adr/0004).
// Reads are snapshots; writes are Batches; what was committed survives whatever happens to the machine.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "store/batch.h"
#include "store/types.h"
#include "store/view.h"

namespace pillarbox::store {

// Reads one message's bytes. Small bodies are in memory at once; of large ones only the piece that is asked
// for.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual std::uint64_t size() const = 0;

  // The bytes from `offset`, at most `most` of them (and at most 64 KiB more than asked for is held); fewer
  // only at the end. The view lives until the next read. Checksums are verified: error corrupt names the
  // place in `detail`.
  virtual Task<std::expected<std::string_view, Error>> read(std::uint64_t offset, std::size_t most) = 0;
};

// While it lives, its callback is called after changes; see Store::watch.
class Watch {
 public:
  virtual ~Watch() = default;
};

// A message that was expunged and can still be restored.
struct ExpungedMessage {
  Message message;
  Time expunged;
};

class Store {
 public:
  virtual ~Store() = default;

  // The account of a login name (compared byte by byte; at most limits::account_name_bytes); made, with
  // INBOX, Drafts, Sent, Junk, Trash and Archive subscribed, when it is new.
  virtual Task<std::expected<AccountId, Error>> open_account(std::string name) = 0;

  virtual Task<std::expected<std::shared_ptr<const AccountView>, Error>> account(AccountId account) = 0;
  virtual Task<std::expected<MailboxStatus, Error>> status(MailboxId mailbox) = 0;

  // The newest snapshot. Shared by all sessions; cheap once loaded. It never shows what isn't durable.
  virtual Task<std::expected<std::shared_ptr<const MailboxView>, Error>> view(MailboxId mailbox) = 0;

  // Calls `changed` after each change of the mailbox, or its end, became visible in view(): from any thread,
  // and it must return at once. Not called any more once the Watch is gone.
  virtual std::unique_ptr<Watch> watch(MailboxId mailbox, std::function<void()> changed) = 0;

  // The first uid that no session was told of yet; the messages from there on are \Recent to the caller,
  // which holds them from now on (RFC 3501 §2.3.2); after a crash they may be recent again. With `peek`
  // nobody's state changes.
  enum class Recent : std::uint8_t { claim, peek };
  virtual Task<std::expected<Uid, Error>> first_recent(MailboxId mailbox, Recent how) = 0;

  virtual std::unique_ptr<Draft> begin_draft() = 0;

  // All operations in their order, or none: then the error is that of the first that failed, and the batch
  // left no trace. Resumes after it is durable and visible. Batches of one caller that awaits them one by one
  // are applied in that order; concurrent ones in some order.
  virtual Task<std::expected<Receipt, Error>> commit(Batch batch) = 0;

  virtual Task<std::expected<std::unique_ptr<BodyReader>, Error>> body(BodyId body) = 0;
  // body() of each, for less than that one by one. Each may hold 64 KiB from the start: ask for few at a
  // time.
  virtual Task<std::vector<std::expected<std::unique_ptr<BodyReader>, Error>>> bodies(
      std::vector<BodyId> bodies);

  // What was computed from a body before (structure and envelope, mail/structure.h's encoding), for those of
  // `bodies` that have it. A cache: it may forget, and is never waited for.
  virtual Task<std::vector<std::optional<std::string>>> cached(std::vector<BodyId> bodies) = 0;
  virtual void cache(BodyId body, std::string computed) = 0;

  // What was expunged from the mailbox, which may itself be deleted, and can still be restored; ascending by
  // uid.
  virtual Task<std::expected<std::vector<ExpungedMessage>, Error>> expunged(MailboxId mailbox) = 0;
  virtual Task<std::expected<std::vector<QueueEntry>, Error>> queue() = 0;
  virtual Task<std::expected<std::vector<std::string>, Error>> account_names() = 0;
};

}  // namespace pillarbox::store
