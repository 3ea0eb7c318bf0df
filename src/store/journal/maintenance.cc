#include "store/journal/maintenance.h"

#include <algorithm>

#include "base/log.h"
#include "store/journal/checkpoint.h"
#include "store/journal/checksum.h"
#include "store/journal/errors.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t forgotten_at_once = 10'000;

// Waits for one answer of the committer.
class Answer {
 public:
  Done<Receipt> done() {
    return
        [promise = promise_](std::expected<Receipt, Error> result) { promise->set_value(std::move(result)); };
  }
  std::expected<Receipt, Error> wait() { return promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<std::expected<Receipt, Error>>> promise_ =
      std::make_shared<std::promise<std::expected<Receipt, Error>>>();
};

}  // namespace

Maintenance::Maintenance(Parts parts) : parts_(std::move(parts)), reader_(parts_.paths.index) {}

Maintenance::~Maintenance() {
  stop();
  remove_dead_files();
}

void Maintenance::stop() {
  stopping_ = true;
  {
    const std::scoped_lock lock(mutex_);
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::start() {
  thread_ = std::thread([this] { work(); });
}

void Maintenance::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, parts_.settings.maintenance_interval);
    if (stopping_) return;
    lock.unlock();
    run_once();
    lock.lock();
  }
}

void Maintenance::run_once() {
  const std::scoped_lock lock(running_);
  if (is_stopping()) return;
  remove_dead_files();
  if (parts_.committer.is_read_only()) return;
  remove_orphans();
  forget_expunged();
  compact();
}

void Maintenance::remove_files(std::vector<std::uint64_t> files) {
  const std::scoped_lock lock(mutex_);
  dead_files_.insert(dead_files_.end(), files.begin(), files.end());
}

void Maintenance::remove_dead_files() {
  std::vector<std::uint64_t> files;
  {
    const std::scoped_lock lock(mutex_);
    files.swap(dead_files_);
  }
  for (const std::uint64_t number : files) {
    if (const auto removed = parts_.files.remove(number); !removed) {
      log::warning("store", "{}; it is tried again at the next start", removed.error().what);
    }
  }
}

// What was being received when the process ended, and files whose removal was not done.
void Maintenance::remove_orphans() {
  if (has_removed_orphans_) return;
  has_removed_orphans_ = true;
  const auto used = reader_.body_files();
  if (!used) return log::warning("store", "index.db: {}", used.error().what);
  const auto removed = parts_.files.remove_orphans(*used);
  if (!removed) return log::warning("store", "{}", removed.error().what);
  if (*removed > 0) log::info("store", "removed {} files of messages that nobody was told of", *removed);
}

void Maintenance::forget_expunged() {
  const Time until = parts_.clock.now() - parts_.settings.undelete_window;
  for (;;) {
    if (is_stopping() || !wait_for_index()) return;
    Committer::Upkeep upkeep;
    auto expunged = reader_.forgettable(until, forgotten_at_once);
    auto mailboxes = reader_.forgettable_mailboxes();
    if (!expunged || !mailboxes) {
      return log::warning("store", "index.db: {}", (!expunged ? expunged.error() : mailboxes.error()).what);
    }
    if (expunged->empty() && mailboxes->empty()) return;
    upkeep.forgotten = std::move(*expunged);
    upkeep.forgotten_mailboxes = std::move(*mailboxes);
    Answer answer;
    upkeep.done = answer.done();
    parts_.committer.upkeep(std::move(upkeep));
    if (const auto done = answer.wait(); !done) return log::warning("store", "{}", done.error().detail);
  }
}

bool Maintenance::wait_for_index() {
  auto promise = std::make_shared<std::promise<bool>>();
  parts_.indexer.when_applied([promise](bool ok) { promise->set_value(ok); });
  return promise->get_future().get();
}

Maintenance::Plan Maintenance::plan() {
  Plan plan;
  const auto in_use = parts_.segments.in_use();
  const auto live = parts_.indexer.live();
  const std::uint64_t active = parts_.committer.active_segment();
  for (std::size_t i = 0; i + 1 < in_use.size(); ++i) {
    const SegmentHeader& segment = in_use[i];
    if (active != 0 && segment.number >= active) break;
    if (parts_.indexer.applied() + 1 < in_use[i + 1].first_sequence || unmovable_.contains(segment.number))
      continue;
    const auto found = live.find(segment.number);
    const std::int64_t bytes = found == live.end() ? 0 : found->second;
    const std::int64_t limit =
        static_cast<std::int64_t>(segment.segment_bytes / 100 * parts_.settings.compaction_live_percent);
    if (bytes == 0) {
      plan.empty.push_back(segment);
    } else if (bytes < limit) {
      plan.sparse.push_back(segment);
    }
  }
  return plan;
}

void Maintenance::compact() {
  if (!wait_for_index()) return;
  const auto in_use = parts_.segments.in_use();
  for (const SegmentHeader& segment : plan().sparse) {
    if (is_stopping()) return;
    const auto next =
        std::ranges::find_if(in_use, [&](const auto& other) { return other.number > segment.number; });
    if (!empty_segment(segment, next->first_sequence)) unmovable_.insert(segment.number);
  }
  if (!wait_for_index()) return;
  free(plan().empty);
}

bool Maintenance::empty_segment(const SegmentHeader& segment, std::uint64_t end) {
  auto file = parts_.segments.reader(segment.number);
  if (!file) return false;
  SegmentReader records(std::move(*file), segment);
  std::vector<BodyRow> rows;
  std::vector<Committer::Relocation> bodies;
  std::uint64_t bytes = 0;
  for (;;) {
    const auto found = records.next();
    if (!found) {
      log::error("store", "{}", found.error().what);
      return false;
    }
    if (!*found || (*found)->record.header.sequence >= end) break;
    const Record& record = (*found)->record;
    if (record.header.kind != RecordKind::body) continue;
    const auto body = decode_body_payload(record.payload);
    if (!body || piece_checksums(body->bytes) != body->checksums) return false;
    rows.push_back({BodyId{body->body}, {segment.number, (*found)->offset}, body->bytes.size()});
    bodies.push_back({.body = BodyId{body->body},
                      .size = body->bytes.size(),
                      .checksums = std::string(body->checksums),
                      .bytes = std::string(body->bytes)});
    bytes += record.bytes;
    if (bytes < 1024 * 1024) continue;
    if (is_stopping() || !relocate(rows, bodies)) return is_stopping();
    pace(std::exchange(bytes, 0));
  }
  return relocate(rows, bodies);
}

bool Maintenance::relocate(std::vector<BodyRow>& rows, std::vector<Committer::Relocation>& bodies) {
  const auto alive = reader_.are_there(rows);
  if (!alive) {
    log::warning("store", "index.db: {}", alive.error().what);
    return false;
  }
  Committer::Upkeep upkeep;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if ((*alive)[i]) upkeep.relocations.push_back(std::move(bodies[i]));
  }
  rows.clear();
  bodies.clear();
  if (upkeep.relocations.empty()) return true;
  Answer answer;
  upkeep.done = answer.done();
  parts_.committer.upkeep(std::move(upkeep));
  const auto done = answer.wait();
  if (!done) log::warning("store", "compaction: {}", done.error().detail);
  return done.has_value();
}

void Maintenance::pace(std::uint64_t bytes) {
  const auto pause = std::chrono::milliseconds(bytes * 1000 / parts_.settings.compaction_bytes_per_second);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, pause, [this] { return is_stopping(); });
}

void Maintenance::free(const std::vector<SegmentHeader>& empty) {
  std::uint64_t bytes = 0;
  for (const auto& segment : empty) bytes += segment.segment_bytes;
  // A snapshot must be worth its writing.
  if (empty.empty() || bytes < snapshot_bytes_ || is_stopping()) return;
  const auto made =
      write_checkpoint(parts_.disk, parts_.paths.journal, parts_.paths.index, parts_.clock.now());
  if (!made) return log::warning("store", "{}; compaction waits", made.error().detail);
  snapshot_bytes_ = made->bytes;
  const auto in_use = parts_.segments.in_use();
  for (const auto& segment : empty) {
    const auto next =
        std::ranges::find_if(in_use, [&](const auto& other) { return other.number > segment.number; });
    if (next->first_sequence <= made->sequence + 1) parts_.segments.recycle(segment.number);
  }
  log::info("store", "{} journal files are free again", empty.size());
}

}  // namespace pillarbox::store::journal
