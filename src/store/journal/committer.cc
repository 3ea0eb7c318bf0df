#include "store/journal/committer.h"

#include <sys/prctl.h>

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "store/journal/notes.h"

namespace pillarbox::store::journal {
namespace {

// So much of a segment stays free for what carries no message, when there is no space for another segment:
// one must be able to delete mail from a full disk.
constexpr std::uint64_t kept_back = 128 * 1024;
// While the disk is busy requests are looked at so many at a time: each time the thread wakes costs more than
// a request does.
constexpr std::size_t commits_at_once = 8;

}  // namespace

Committer::Committer(Parts parts, Options options, Head head, std::uint64_t next_sequence,
                     std::string read_only)
    : parts_(std::move(parts)),
      options_(options),
      head_(std::move(head)),
      resolver_(head_, options.undelete_window),
      is_read_only_(!read_only.empty()),
      read_only_reason_(std::move(read_only)),
      log_(parts_.segments, parts_.clock, {}, next_sequence, [this] {
        // The mutex, so that it isn't between looking and waiting.
        {
          const std::scoped_lock lock(mutex_);
        }
        changed_.notify_one();
      }) {
  for (std::size_t i = 0; i <= LogWriter::groups_under_way; ++i) {
    all_notes_.push_back(std::make_unique<Notes>(*this));
  }
  thread_ = std::thread([this] {
    // Holding a group back for some microseconds needs a timer that can do that.
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    run();
  });
}

Committer::~Committer() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  log_.wait_until_settled();
}

void Committer::push(Request request) {
  bool wakes = false;
  {
    const std::scoped_lock lock(mutex_);
    // What isn't a commit may have to be read from the disk first: that begins at once.
    if (!std::holds_alternative<OneCommit>(request)) wanted_ = 1;
    inbox_.push_back(std::move(request));
    wakes = inbox_.size() >= wanted_;
  }
  if (wakes) changed_.notify_one();
}

void Committer::commit(std::unique_ptr<Commit> request) { push(std::move(request)); }

void Committer::make_account(std::string name, Done<AccountId> done) {
  push(MakeAccount{std::move(name), std::move(done)});
}

void Committer::view(MailboxId mailbox, Done<std::shared_ptr<const MailboxView>> done) {
  push(View{mailbox, std::move(done)});
}

void Committer::installed(MailboxId mailbox, std::expected<std::vector<UnpackedChunk>, Error> messages) {
  push(Installed{mailbox, std::move(messages)});
}

void Committer::upkeep(Upkeep request) { push(std::move(request)); }

// ---- The loop.

// A group that could be larger waits for more, but never longer than a tenth of what the disk takes anyway.
std::chrono::nanoseconds Committer::patience() const { return log_.flush_time() / 10; }

bool Committer::wait(std::vector<Request>& requests) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool is_free = log_.is_free();
    if (is_free || is_stopping_) wanted_ = 1;
    if (!inbox_.empty() && inbox_.size() >= wanted_) {
      std::swap(inbox_, requests);
      wanted_ = 1;
      return true;
    }
    if (!is_free) {
      wanted_ = commits_at_once;
      changed_.wait(lock);
      continue;
    }
    if (notes_ == nullptr) {
      if (is_stopping_ && has_ended(lock)) return false;
      if (inbox_.empty()) changed_.wait(lock);
      continue;
    }
    const auto deadline = group_began_ + patience();
    const bool is_enough = notes_->size() >= expected_ || is_stopping_;
    if (is_enough || std::chrono::steady_clock::now() >= deadline) {
      lock.unlock();
      hand_over();
      unload_some();
      lock.lock();
      continue;
    }
    wanted_ = std::min(expected_ - notes_->size(), commits_at_once);
    changed_.wait_until(lock, deadline);
  }
}

// Loading goes on to its end, and a group that fails gives its views back.
bool Committer::has_ended(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  log_.wait_until_settled();
  lock.lock();
  return inbox_.empty() && parked_.empty() && view_waiters_.empty();
}

void Committer::run() {
  std::vector<Request> requests;
  while (wait(requests)) {
    for (auto& request : requests) std::visit([this](auto& r) { handle(r); }, request);
    requests.clear();
  }
}

Committer::Notes& Committer::notes() {
  if (notes_ == nullptr) {
    notes_ = all_notes_[next_notes_].get();
    next_notes_ = (next_notes_ + 1) % all_notes_.size();
    group_began_ = std::chrono::steady_clock::now();
  }
  return *notes_;
}

void Committer::hand_over() {
  publish_touched(notes_->publication);
  expected_ = std::max(notes_->size(), expected_ * 7 / 8);
  log_.hand_over(std::exchange(notes_, nullptr));
}

Publication::Mailbox Committer::snapshot_of(HeadMailbox& mailbox) {
  Publication::Mailbox snapshot{.id = mailbox.info.id, .status = mailbox.status()};
  mailbox.last_used = ++use_count_;
  if (!mailbox.editor) return snapshot;
  loaded_.insert(mailbox.info.id);
  mailbox.editor->uid_next = mailbox.uid_next;
  mailbox.editor->highest_modseq = mailbox.highest_modseq;
  mailbox.editor->keywords = mailbox.keywords;
  snapshot.view = mailbox.editor->freeze();
  return snapshot;
}

void Committer::publish_touched(Publication& publication) {
  auto touched = resolver_.take_touched();
  for (const MailboxId id : touched.mailboxes) installed_.erase(id);
  touched.mailboxes.insert(touched.mailboxes.end(), installed_.begin(), installed_.end());
  installed_.clear();
  publication.mailboxes.reserve(touched.mailboxes.size());
  for (const MailboxId id : touched.mailboxes) {
    if (auto* mailbox = head_.find(id)) publication.mailboxes.push_back(snapshot_of(*mailbox));
  }
  for (const AccountId id : touched.accounts) {
    if (const auto* account = head_.find(id)) publication.accounts.push_back(view_of(head_, *account));
  }
  publication.deleted.assign(touched.deleted.begin(), touched.deleted.end());
  publication.queued = std::move(touched.queued);
  publication.dequeued = std::move(touched.dequeued);
}

// ---- Changes.

Error Committer::read_only_error() const {
  return {ErrorKind::read_only,
          read_only_reason_.empty() ? "a write to the journal failed" : read_only_reason_};
}

std::expected<void, Error> Committer::make_room(std::uint64_t payload_bytes, std::uint64_t body_bytes) {
  TRY(parts_.indexer.wait_for_room());
  const std::uint64_t parts = payload_bytes / max_changes_bytes + 1;
  const std::uint64_t bytes = body_bytes + payload_bytes + parts * record_bytes(8);
  if (notes_ != nullptr && !log_.has_room(bytes)) hand_over();
  const auto reserved = log_.reserve(bytes + (body_bytes > 0 ? kept_back : 0));
  if (!reserved) return std::unexpected(reserved.error().as_store_error());
  return {};
}

void Committer::answer(OneCommit request) {
  auto done = std::exchange(request->done, nullptr);
  done(std::move(request));
}

void Committer::fail(OneCommit request, Error error) {
  request->answer = std::unexpected(std::move(error));
  answer(std::move(request));
}

void Committer::handle(OneCommit& request) {
  if (is_read_only_) return fail(std::move(request), read_only_error());
  if (!has_messages_for(*request)) {
    parked_.push_back(std::move(request));
    return;
  }
  sizes_.clear();
  std::uint64_t body_bytes = 0;
  for (const auto& body : request->bodies) {
    sizes_.push_back(body->size());
    if (body->is_inline()) body_bytes += record_bytes(body_payload_bytes(body->size()));
  }
  const std::uint64_t bound =
      payload_bound(head_, request->operations, request->bodies.size(), request->restorable.size());
  if (const auto room = make_room(bound, body_bytes); !room) return fail(std::move(request), room.error());
  auto resolution = resolver_.resolve(request->operations, sizes_, request->restorable, parts_.clock.now());
  if (!resolution) return fail(std::move(request), resolution.error());
  write_bodies(*resolution, request->bodies);
  write_changes(resolution->payload);
  request->answer = std::move(resolution->receipt);
  notes().commits.push_back(std::move(request));
}

void Committer::handle(MakeAccount& request) {
  if (const auto known = parts_.published.find_account(request.name)) return request.done(*known);
  if (is_read_only_) return request.done(std::unexpected(read_only_error()));
  constexpr std::uint64_t bound = 8192;  // a name and its first mailboxes
  if (const auto room = make_room(bound, 0); !room) return request.done(std::unexpected(room.error()));
  auto made = resolver_.make_account(request.name, parts_.clock.now());
  if (!made) return request.done(std::unexpected(made.error()));
  write_changes(made->second.payload);
  notes().accounts.push_back({std::move(request.done), made->first});
}

void Committer::handle(Upkeep& request) {
  if (is_read_only_) return request.done(std::unexpected(read_only_error()));
  std::uint64_t body_bytes = 0;
  for (const auto& body : request.relocations) body_bytes += record_bytes(body_payload_bytes(body.size));
  const std::uint64_t bound =
      64 * (request.forgotten.size() + request.forgotten_mailboxes.size() + request.relocations.size());
  if (const auto room = make_room(bound, body_bytes); !room)
    return request.done(std::unexpected(room.error()));
  auto resolution = resolver_.forget(request.forgotten, request.forgotten_mailboxes);
  for (const auto& body : request.relocations) {
    const Place place = log_.append_body(body.body, body.checksums, body.bytes);
    encode(stored_, BodyMoved{body.body, place});
    rows_.push_back({body.body, place, body.size});
  }
  write_changes(resolution.payload);
  notes().upkeeps.push_back(std::move(request.done));
}

void Committer::write_bodies(const Resolution& resolution,
                             const std::vector<std::unique_ptr<JournalDraft>>& bodies) {
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const BodyId id = resolution.bodies[i];
    if (id == BodyId{}) continue;
    JournalDraft& body = *bodies[i];
    Place place;
    if (body.is_inline()) {
      place = log_.append_body(id, body.checksums(), body.bytes());
    } else {
      // Whether or not the write below succeeds: the journal may name it from now on.
      body.spill().keep();
      place.at = body.spill().number();
    }
    encode(stored_, BodyStored{id, body.size(), place});
    rows_.push_back({id, place, body.size()});
  }
}

void Committer::write_changes(std::string_view payload) {
  // Nothing changed: whoever asked is answered with the group all the same, in order.
  if (stored_.empty() && payload.empty()) return;
  const std::uint64_t sequence = log_.append_changes(stored_, payload);
  resolver_.settle(sequence, parts_.indexer.applied());
  Notes& group = notes();
  group.changes.batches.push_back({sequence, stored_.size() + payload.size()});
  group.changes.payloads += stored_;
  group.changes.payloads += payload;
  group.bodies.insert(group.bodies.end(), rows_.begin(), rows_.end());
  stored_.clear();
  rows_.clear();
}

}  // namespace pillarbox::store::journal
