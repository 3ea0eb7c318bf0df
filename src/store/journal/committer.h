// The one thread that decides what a Batch comes to, in which order, and writes it. It gathers what is
// waiting into groups (log_writer.h) and answers once the disk has them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "store/journal/drafts.h"
#include "store/journal/head.h"
#include "store/journal/index_reader.h"
#include "store/journal/indexer.h"
#include "store/journal/log_writer.h"
#include "store/journal/places.h"
#include "store/journal/published.h"
#include "store/journal/resolver.h"
#include "store/store.h"

namespace pillarbox::store::journal {

template <class T>
using Done = std::function<void(std::expected<T, Error>)>;

class Committer {
 public:
  struct Parts {
    const Clock& clock;
    SegmentPool& segments;
    Indexer& indexer;
    Published& published;
    Places& places;
    // Has the messages of a mailbox read from the index; the answer goes to installed(), from any thread.
    std::function<void(MailboxId)> load;
  };
  struct Options {
    std::chrono::milliseconds undelete_window{0};
    std::uint64_t view_memory_bytes = 0;
  };

  // `read_only`: why nothing may be written, or "".
  Committer(Parts parts, Options options, Head head, std::uint64_t next_sequence, std::string read_only);
  // Answers everything that was asked before.
  ~Committer();

  // ---- Requests, from any thread. `done` is called from any thread, once.

  // Comes back with its answer: so what it was made of is freed where it was made.
  struct Commit {
    std::vector<Operation> operations;
    std::vector<std::unique_ptr<JournalDraft>> bodies;  // finished
    std::vector<Restorable> restorable;
    std::expected<Receipt, Error> answer;
    std::move_only_function<void(std::unique_ptr<Commit>)> done;
  };
  void commit(std::unique_ptr<Commit> request);
  void make_account(std::string name, Done<AccountId> done);
  void view(MailboxId mailbox, Done<std::shared_ptr<const MailboxView>> done);
  void installed(MailboxId mailbox, std::expected<std::vector<UnpackedChunk>, Error> messages);

  // Copies of bodies' records to the end of the journal.
  struct Relocation {
    BodyId body;
    std::uint64_t size = 0;
    std::string checksums;
    std::string bytes;
  };
  struct Upkeep {
    std::vector<std::pair<MailboxId, Uid>> forgotten;
    std::vector<MailboxId> forgotten_mailboxes;
    std::vector<Relocation> relocations;
    Done<Receipt> done;
  };
  void upkeep(Upkeep request);

  // Segments before it are full and never written again.
  std::uint64_t active_segment() const { return log_.active_segment(); }
  bool is_read_only() const { return is_read_only_.load(); }

 private:
  struct MakeAccount {
    std::string name;
    Done<AccountId> done;
  };
  struct View {
    MailboxId mailbox;
    Done<std::shared_ptr<const MailboxView>> done;
  };
  struct Installed {
    MailboxId mailbox;
    std::expected<std::vector<UnpackedChunk>, Error> messages;
  };
  using OneCommit = std::unique_ptr<Commit>;
  using Request = std::variant<OneCommit, MakeAccount, View, Installed, Upkeep>;
  class Notes;

  void push(Request request);
  void run();
  bool wait(std::vector<Request>& requests);
  // Nothing is left that could make work; `lock` is let go of for a while.
  bool has_ended(std::unique_lock<std::mutex>& lock);
  std::chrono::nanoseconds patience() const;

  static void answer(OneCommit request);
  static void fail(OneCommit request, Error error);
  void handle(OneCommit& request);
  void handle(MakeAccount& request);
  void handle(View& request);
  void handle(Installed& request);
  void handle(Upkeep& request);

  // True when all messages that the request needs are loaded; else they will be.
  bool has_messages_for(const Commit& request);
  void start_loading(HeadMailbox& mailbox);
  std::expected<void, Error> install(HeadMailbox& mailbox, const std::vector<UnpackedChunk>& chunks);
  void view_read_only(View& request);
  void install_read_only(Installed& request);
  void fail_waiting(MailboxId mailbox, const Error& error);
  void retry_parked();

  Error read_only_error() const;
  std::expected<void, Error> make_room(std::uint64_t payload_bytes, std::uint64_t body_bytes);
  void write_bodies(const Resolution& resolution, const std::vector<std::unique_ptr<JournalDraft>>& bodies);
  // The changes into the log, behind what write_bodies left in stored_, and what follows from them into the
  // notes.
  void write_changes(std::string_view payload);
  Notes& notes();
  void hand_over();
  void publish_touched(Publication& publication);
  Publication::Mailbox snapshot_of(HeadMailbox& mailbox);
  void unload_some();

  const Parts parts_;
  const Options options_;
  Head head_;
  Resolver resolver_;
  std::unordered_map<MailboxId, std::vector<Done<std::shared_ptr<const MailboxView>>>> view_waiters_;
  std::vector<OneCommit> parked_;                  // until their mailboxes are loaded
  std::vector<std::unique_ptr<Notes>> all_notes_;  // used in turn
  std::size_t next_notes_ = 0;
  Notes* notes_ = nullptr;            // of the group that is being filled, once it has some
  std::string stored_;                // BodyStored effects of the batch that is being written
  std::vector<BodyRow> rows_;         // likewise
  std::vector<std::uint64_t> sizes_;  // of its bodies
  std::uint64_t use_count_ = 0;
  std::unordered_set<MailboxId> loaded_;
  std::set<MailboxId> installed_;  // since the last group
  std::chrono::steady_clock::time_point looked_at_memory_;

  std::atomic<bool> is_read_only_;
  const std::string read_only_reason_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request> inbox_;
  std::size_t wanted_ = 1;  // so many requests wake the thread
  bool is_stopping_ = false;

  // How many batches are likely to come together: what the last groups held, fading.
  std::size_t expected_ = 1;
  std::chrono::steady_clock::time_point group_began_;

  LogWriter log_;
  std::thread thread_;
};

}  // namespace pillarbox::store::journal
