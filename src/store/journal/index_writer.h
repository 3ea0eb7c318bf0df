// Brings index.db forward, batch by batch. Changes gather in memory and go to the tables when commit() is
// called: many flag changes in one chunk of messages are one row, however many batches they came in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/journal/effects.h"
#include "store/journal/index_schema.h"
#include "store/journal/message_rows.h"
#include "store/journal/sqlite.h"

namespace pillarbox::store::journal {

class IndexWriter {
 public:
  static SqlResult<IndexWriter> open(const std::string& path);

  const IndexState& state() const { return state_; }

  // The effects of the batch whose last record has this sequence. False when one of them is malformed or
  // can't be: it is passed over. After an error nothing since the last commit counts: roll_back() and apply
  // it all again.
  SqlResult<bool> apply(std::uint64_t sequence, std::string_view payload);
  SqlResult<void> set_first_recent(MailboxId mailbox, Uid first_recent);

  // Counts every mailbox's messages anew. For after damage: what was lost counts no more. Requires:
  // committed.
  SqlResult<void> recount();

  // Effects gathered so far make so much work at commit.
  std::size_t pending() const { return pending_; }

  // Everything since the last commit becomes visible to readers.
  SqlResult<void> commit();
  void roll_back();

  // What the last commit let go of: bodies that nothing refers to any more, and the numbers of files of
  // theirs.
  struct Dead {
    std::vector<BodyId> bodies;
    std::vector<std::uint64_t> files;
  };
  Dead take_dead() { return std::exchange(dead_, {}); }

  // Bytes of live bodies' records in each segment, as of the last commit.
  const std::map<std::uint64_t, std::int64_t>& live() const { return live_; }

  Database& database() { return *database_; }

 private:
  struct BodyChange {
    bool is_new = false;
    std::int64_t refs = 0;  // to be added
    std::uint64_t size = 0;
    Place place;
  };
  struct MailboxChange {
    bool is_known = false;  // there is such a mailbox
    std::uint64_t uid_next = 1;
    Uid first_recent{1};
    std::int64_t recent = 0;
    std::optional<Counted> counted;
  };

  explicit IndexWriter(Database database)
      : database_(std::make_unique<Database>(std::move(database))), rows_(*database_) {}

  SqlResult<void> begin();
  // What can't be, such as messages for a mailbox that isn't there, is counted by fail() and passed over.
  SqlResult<void> on(const AccountMade& e);
  SqlResult<void> on(const MailboxMade& e);
  SqlResult<void> on(const MailboxDeleted& e);
  SqlResult<void> on(const MailboxForgotten& e);
  SqlResult<void> on(const MailboxRenamed& e);
  SqlResult<void> on(const Subscribed& e);
  SqlResult<void> on(const Unsubscribed& e);
  SqlResult<void> on(const KeywordsAdded& e);
  SqlResult<void> on(MessagesAdded& e);
  SqlResult<void> on(const FlagsSet& e);
  SqlResult<void> on(const MessagesExpunged& e);
  SqlResult<void> on(const MessagesMovedAway& e);
  SqlResult<void> on(const ExpungedForgotten& e);
  SqlResult<void> on(const BodyStored& e);
  SqlResult<void> on(const BodyMoved& e);
  SqlResult<void> on(const Queued& e);
  SqlResult<void> on(const Dequeued& e);
  SqlResult<void> on(const Counted& e);

  void fail() { has_failed_ = true; }
  SqlResult<MailboxChange*> change_of(MailboxId mailbox);
  SqlResult<void> insert_expunged(MailboxId mailbox, const Message& message, Time when);
  void refer(BodyId body, std::int64_t by) { bodies_[body].refs += by; }
  SqlResult<void> write_bodies();
  SqlResult<void> write_body(BodyId id, const BodyChange& change);
  SqlResult<void> write_mailboxes();
  SqlResult<void> write_live();
  void count_live(const Place& place, std::uint64_t size, int by);

  std::unique_ptr<Database> database_;  // where it is for good: rows_ points to it
  MessageRows rows_;
  IndexState state_;
  IndexState committed_;
  bool in_transaction_ = false;
  bool has_failed_ = false;
  std::size_t pending_ = 0;
  std::map<BodyId, BodyChange> bodies_;
  std::map<MailboxId, MailboxChange> mailboxes_;
  std::map<std::uint64_t, std::int64_t> live_;
  std::map<std::uint64_t, std::int64_t> live_changes_;
  Dead dying_;
  Dead dead_;
};

}  // namespace pillarbox::store::journal
