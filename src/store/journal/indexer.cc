#include "store/journal/indexer.h"

#include <algorithm>

#include "base/log.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::chrono::milliseconds retry_interval{500};
constexpr std::size_t item_overhead = 64;
// With so much waiting there is no sense in waiting for more.
constexpr std::size_t much = 256 * 1024;

}  // namespace

Indexer::Indexer(IndexWriter writer, Options options, Hooks hooks)
    : writer_(std::move(writer)),
      options_(options),
      hooks_(std::move(hooks)),
      applied_(writer_.state().applied),
      live_(writer_.live()) {
  thread_ = std::thread([this] { work(); });
}

Indexer::~Indexer() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::size_t Indexer::size_of(const Item& item) {
  return item.changes.payloads.size() + (item.changes.batches.size() + 1) * item_overhead;
}

void Indexer::feed(Changes changes) {
  if (changes.batches.empty()) return;
  bool wakes = false;
  {
    const std::scoped_lock lock(mutex_);
    wakes = items_.empty() || backlog_ < much;
    items_.push_back({.changes = std::move(changes)});
    backlog_ += size_of(items_.back());
    fed_ += 1;
    wakes = wakes && (items_.size() == 1 || backlog_ >= much);
  }
  if (wakes) changed_.notify_all();
}

void Indexer::set_first_recent(MailboxId mailbox, Uid first_recent) {
  {
    const std::scoped_lock lock(mutex_);
    items_.push_back({.mailbox = mailbox, .first_recent = first_recent});
    backlog_ += size_of(items_.back());
    fed_ += 1;
  }
  changed_.notify_all();
}

void Indexer::poke() {
  {
    const std::scoped_lock lock(mutex_);
    is_poked_ = true;
  }
  changed_.notify_all();
}

std::expected<void, Error> Indexer::wait_for_room() {
  std::unique_lock lock(mutex_);
  if (backlog_ <= options_.most_backlog) return {};
  changed_.wait(lock, [this] { return backlog_ <= options_.most_backlog || failure_ || stopping_; });
  if (backlog_ <= options_.most_backlog) return {};
  if (failure_)
    return std::unexpected(
        Error{failure_->is_full() ? ErrorKind::disk_full : ErrorKind::io, "index.db: " + failure_->what});
  return std::unexpected(Error{ErrorKind::read_only, "the store is closing"});
}

void Indexer::when_applied(std::function<void(bool)> done) {
  std::unique_lock lock(mutex_);
  if (done_ == fed_) {
    lock.unlock();
    done(true);
    return;
  }
  waiters_.push_back({fed_, std::move(done)});
  lock.unlock();
  changed_.notify_all();
}

std::map<std::uint64_t, std::int64_t> Indexer::live() const {
  const std::scoped_lock lock(mutex_);
  return live_;
}

SqlResult<std::size_t> Indexer::apply(const std::vector<const Item*>& items) {
  auto fail = [this](const SqlError& error) {
    writer_.roll_back();
    return std::unexpected(error);
  };
  std::size_t n = 0;
  for (; n < items.size() && writer_.pending() < options_.effects_at_once; ++n) {
    const Item& item = *items[n];
    if (item.changes.batches.empty()) {
      if (const auto set = writer_.set_first_recent(item.mailbox, item.first_recent); !set)
        return fail(set.error());
      continue;
    }
    std::string_view rest = item.changes.payloads;
    for (const auto& batch : item.changes.batches) {
      const auto applied = writer_.apply(batch.sequence, rest.substr(0, batch.bytes));
      if (!applied) return fail(applied.error());
      if (!*applied) log::error("store", "changes {} of the journal make no sense in part", batch.sequence);
      rest.remove_prefix(batch.bytes);
    }
  }
  if (const auto committed = writer_.commit(); !committed) return fail(committed.error());
  return n;
}

void Indexer::tell_waiters(std::unique_lock<std::mutex>& lock, bool ok) {
  std::vector<Waiter> told;
  std::erase_if(waiters_, [&](Waiter& waiter) {
    if (ok && waiter.number > done_) return false;
    told.push_back(std::move(waiter));
    return true;
  });
  lock.unlock();
  for (const auto& waiter : told) waiter.done(ok);
  lock.lock();
}

void Indexer::finish(std::unique_lock<std::mutex>& lock, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    backlog_ -= size_of(items_.front());
    items_.pop_front();
  }
  done_ += count;
  failure_.reset();
  live_ = writer_.live();
  applied_ = writer_.state().applied;
  lock.unlock();
  hooks_.applied(applied_);
  if (auto dead = writer_.take_dead(); !dead.bodies.empty()) hooks_.dead(std::move(dead));
  lock.lock();
  tell_waiters(lock, true);
  changed_.notify_all();
}

void Indexer::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] {
      return (!items_.empty() && !is_damaged_) || is_poked_ || stopping_ || !waiters_.empty();
    });
    const auto is_urgent = [this] { return stopping_ || !waiters_.empty() || backlog_ >= much; };
    changed_.wait_for(lock, options_.delay, is_urgent);
    is_poked_ = false;
    while (!items_.empty() && !is_damaged_) {
      // Only this thread takes items away, and adding at the end leaves those before where they are.
      std::vector<const Item*> items;
      const std::size_t count = std::min(items_.size(), options_.effects_at_once);
      for (std::size_t i = 0; i < count; ++i) items.push_back(&items_[i]);
      lock.unlock();
      const auto applied = apply(items);
      lock.lock();
      if (applied) {
        finish(lock, *applied);
        continue;
      }
      const bool is_new = !failure_;
      failure_ = applied.error();
      is_damaged_ = applied.error().is_corrupt();
      lock.unlock();
      if (is_new) log::error("store", "index.db: {}; nothing is lost, trying again", applied.error().what);
      if (applied.error().is_corrupt()) hooks_.damaged(applied.error());
      lock.lock();
      tell_waiters(lock, false);
      changed_.notify_all();
      if (stopping_) break;
      changed_.wait_for(lock, retry_interval, [this] { return stopping_; });
      if (stopping_) break;
    }
    if (is_damaged_) tell_waiters(lock, false);
    lock.unlock();
    hooks_.rest();
    lock.lock();
    if (stopping_) return;
  }
}

}  // namespace pillarbox::store::journal
