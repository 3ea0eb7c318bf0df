// Brings the index forward in the background, in large transactions. It may lag behind by so much and no
// more; on a full disk it keeps what it couldn't write and tries again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/journal/index_writer.h"

namespace pillarbox::store::journal {

class Indexer {
 public:
  struct Options {
    std::chrono::milliseconds delay{100};         // how long it waits for more when there is little to do
    std::size_t most_backlog = 32 * 1024 * 1024;  // bytes of effects; then the journal waits for it
    std::size_t effects_at_once = 20'000;         // in one transaction
  };
  // All called on the indexer's thread.
  struct Hooks {
    std::function<void(std::uint64_t)> applied;  // everything up to this sequence is visible to readers
    std::function<void(IndexWriter::Dead)> dead;
    std::function<void()> rest;                    // after each transaction, and when poked
    std::function<void(const SqlError&)> damaged;  // the index can't be used any more
  };
  // What some batches in a row changed.
  struct Changes {
    struct One {
      std::uint64_t sequence = 0;
      std::size_t bytes = 0;  // of payloads
    };
    std::vector<One> batches;
    std::string payloads;  // one behind the other
  };

  Indexer(IndexWriter writer, Options options, Hooks hooks);
  // Applies what waits, if the disk lets it.
  ~Indexer();

  // Any thread; sequences ascend.
  void feed(Changes changes);
  void set_first_recent(MailboxId mailbox, Uid first_recent);
  // Have `rest` called soon.
  void poke();

  std::uint64_t applied() const { return applied_.load(); }
  // Waits until the backlog is short enough. Error: it can't get shorter now.
  std::expected<void, Error> wait_for_room();
  // Calls `done` when all that was fed before is visible to readers; false when that failed. From any thread.
  void when_applied(std::function<void(bool)> done);
  // Bytes of live bodies in each segment.
  std::map<std::uint64_t, std::int64_t> live() const;

 private:
  struct Item {
    Changes changes;
    MailboxId mailbox{};  // set: its first_recent
    Uid first_recent{};
  };
  struct Waiter {
    std::uint64_t number = 0;  // of items that must be done
    std::function<void(bool)> done;
  };

  static std::size_t size_of(const Item& item);

  void work();
  // Applies items from the first on; the number of those that were done.
  SqlResult<std::size_t> apply(const std::vector<const Item*>& items);
  void finish(std::unique_lock<std::mutex>& lock, std::size_t count);
  void tell_waiters(std::unique_lock<std::mutex>& lock, bool ok);

  IndexWriter writer_;
  const Options options_;
  const Hooks hooks_;
  std::atomic<std::uint64_t> applied_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::uint64_t fed_ = 0;   // items ever
  std::uint64_t done_ = 0;  // items ever
  std::size_t backlog_ = 0;
  std::vector<Waiter> waiters_;
  std::optional<SqlError> failure_;  // of the last try
  bool is_damaged_ = false;
  bool is_poked_ = false;
  bool stopping_ = false;
  std::map<std::uint64_t, std::int64_t> live_;
  std::thread thread_;
};

}  // namespace pillarbox::store::journal
