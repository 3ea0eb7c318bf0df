#include "store/journal/committer.h"

#include <sys/prctl.h>

#include <algorithm>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/notes.h"

namespace pillarbox::store::journal {
namespace {

// So much of a segment stays free for what carries no message, when there is no space for another segment:
// one must be able to delete mail from a full disk.
constexpr std::uint64_t kept_back = 128 * 1024;
// From here on a chunk of the index becomes a chunk of the view as it is.
constexpr std::size_t whole_chunk = Chunk::capacity / 4;
constexpr std::chrono::seconds memory_interval{1};

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
  log_.wait_until_idle();
}

void Committer::push(Request request) {
  {
    const std::scoped_lock lock(mutex_);
    inbox_.push_back(std::move(request));
  }
  changed_.notify_one();
}

void Committer::commit(Commit request) { push(std::move(request)); }

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
    if (!inbox_.empty()) {
      std::swap(inbox_, requests);
      return true;
    }
    if (!notes_) {
      // Loading goes on to its end, and a group that fails gives its views back.
      if (is_stopping_ && parked_.empty() && view_waiters_.empty() && log_.is_idle()) return false;
      changed_.wait(lock);
      continue;
    }
    if (!log_.is_idle()) {
      changed_.wait(lock);
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
    changed_.wait_until(lock, deadline);
  }
}

void Committer::run() {
  std::vector<Request> requests;
  while (wait(requests)) {
    for (auto& request : requests) std::visit([this](auto& r) { handle(r); }, request);
    requests.clear();
  }
}

Committer::Notes& Committer::notes() {
  if (!notes_) {
    notes_ = std::make_unique<Notes>(*this);
    group_began_ = std::chrono::steady_clock::now();
  }
  return *notes_;
}

void Committer::hand_over() {
  publish_touched(notes_->publication);
  expected_ = std::max(notes_->size(), expected_ * 7 / 8);
  log_.hand_over(std::move(notes_));
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
  touched.mailboxes.merge(installed_);
  installed_.clear();
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
  if (notes_ && !log_.has_room(bytes)) hand_over();
  const auto reserved = log_.reserve(bytes + (body_bytes > 0 ? kept_back : 0));
  if (!reserved) return std::unexpected(reserved.error().as_store_error());
  return {};
}

void Committer::handle(Commit& request) {
  if (is_read_only_) return request.done(std::unexpected(read_only_error()));
  if (!has_messages_for(request)) {
    parked_.push_back(std::move(request));
    return;
  }
  std::vector<std::uint64_t> sizes;
  std::uint64_t body_bytes = 0;
  for (const auto& body : request.bodies) {
    sizes.push_back(body->size());
    if (body->is_inline()) body_bytes += record_bytes(body_payload_bytes(body->size()));
  }
  const std::uint64_t bound =
      payload_bound(head_, request.operations, request.bodies.size(), request.restorable.size());
  if (const auto room = make_room(bound, body_bytes); !room)
    return request.done(std::unexpected(room.error()));
  auto resolution = resolver_.resolve(request.operations, sizes, request.restorable, parts_.clock.now());
  if (!resolution) return request.done(std::unexpected(resolution.error()));
  write_bodies(*resolution, request.bodies);
  write_changes(resolution->payload);
  notes().commits.push_back({std::move(request.done), std::move(resolution->receipt)});
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
  notes().commits.push_back({std::move(request.done), {}});
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
  stored_ += payload;
  group.entries.push_back({sequence, std::move(stored_)});
  group.bodies.insert(group.bodies.end(), rows_.begin(), rows_.end());
  stored_.clear();
  rows_.clear();
}

// ---- Messages in memory.

bool Committer::has_messages_for(const Commit& request) {
  bool has_all = true;
  for (const MailboxId id : mailboxes_needed(request.operations)) {
    HeadMailbox* mailbox = head_.find(id);
    if (mailbox == nullptr || mailbox->editor) continue;
    has_all = false;
    start_loading(*mailbox);
  }
  return has_all;
}

void Committer::start_loading(HeadMailbox& mailbox) {
  if (mailbox.is_loading) return;
  mailbox.is_loading = true;
  parts_.load(mailbox.info.id);
}

void Committer::handle(View& request) {
  if (is_read_only_) return view_read_only(request);
  HeadMailbox* mailbox = head_.find(request.mailbox);
  if (mailbox == nullptr) {
    return request.done(std::unexpected(Error{ErrorKind::not_found, "no such mailbox"}));
  }
  if (mailbox->editor) {
    // Visible with the group that is being filled at the latest.
    installed_.insert(request.mailbox);
    notes().views.push_back({request.mailbox, std::move(request.done)});
    return;
  }
  view_waiters_[request.mailbox].push_back(std::move(request.done));
  start_loading(*mailbox);
}

std::expected<void, Error> Committer::install(HeadMailbox& mailbox,
                                              const std::vector<UnpackedChunk>& chunks) {
  ViewEditor editor(mailbox.info.id, mailbox.info.uid_validity);
  std::uint32_t last = 0;
  for (const auto& chunk : chunks) {
    last = chunk.fixed->uids[chunk.count - 1];
    if (chunk.count >= whole_chunk) {
      editor.append(chunk.fixed, chunk.changing, chunk.count);
      continue;
    }
    for (std::size_t i = 0; i < chunk.count; ++i) editor.append(chunk.at(i));
  }
  for (const auto& tail : mailbox.tail) {
    if (tail.message.uid.value > last) editor.append(tail.message);
  }
  if (editor.size() != mailbox.messages) {
    return std::unexpected(
        Error{ErrorKind::corrupt,
              fmt::format("index.db has {} messages of mailbox {}, not {}: run `pillarbox doctor "
                          "--rebuild`",
                          editor.size(), mailbox.info.id.value, mailbox.messages)});
  }
  mailbox.tail.clear();
  mailbox.editor = std::move(editor);
  return {};
}

void Committer::handle(Installed& request) {
  if (is_read_only_) return install_read_only(request);
  HeadMailbox* mailbox = head_.find(request.mailbox);
  if (mailbox == nullptr) {
    fail_waiting(request.mailbox, {ErrorKind::not_found, "no such mailbox"});
    return retry_parked();
  }
  mailbox->is_loading = false;
  if (request.messages && !mailbox->editor) {
    if (auto installed = install(*mailbox, *request.messages); !installed) {
      request.messages = std::unexpected(installed.error());
    }
  }
  if (!request.messages) {
    log::error("store", "mailbox {}: {}", request.mailbox.value, request.messages.error().detail);
    return fail_waiting(request.mailbox, request.messages.error());
  }
  installed_.insert(request.mailbox);
  const auto waiting = view_waiters_.extract(request.mailbox);
  Notes& group = notes();
  if (!waiting.empty()) {
    for (auto& done : waiting.mapped()) group.views.push_back({request.mailbox, std::move(done)});
  }
  retry_parked();
}

void Committer::retry_parked() {
  for (auto& request : std::exchange(parked_, {})) handle(request);
}

void Committer::fail_waiting(MailboxId mailbox, const Error& error) {
  const auto waiting = view_waiters_.extract(mailbox);
  if (!waiting.empty()) {
    for (auto& done : waiting.mapped()) done(std::unexpected(error));
  }
  std::erase_if(parked_, [&](Commit& request) {
    if (std::ranges::count(mailboxes_needed(request.operations), mailbox) == 0) return false;
    request.done(std::unexpected(error));
    return true;
  });
}

// After a failed write the head is ahead of what is durable, for good: views are made of the index alone,
// once that has everything that is durable.
void Committer::view_read_only(View& request) {
  auto view = parts_.published.view(request.mailbox);
  if (!view || *view) return request.done(std::move(view));
  auto& waiting = view_waiters_[request.mailbox];
  waiting.push_back(std::move(request.done));
  if (waiting.size() > 1) return;
  parts_.indexer.when_applied([this, mailbox = request.mailbox](bool ok) {
    if (ok) return parts_.load(mailbox);
    installed(mailbox, std::unexpected(Error{ErrorKind::io, "index.db can't be brought up to date"}));
  });
}

void Committer::install_read_only(Installed& request) {
  const auto status = parts_.published.status(request.mailbox);
  if (!request.messages || !status) {
    fail_waiting(request.mailbox, request.messages ? status.error() : request.messages.error());
    return retry_parked();
  }
  HeadMailbox mailbox{.info = {.id = request.mailbox, .uid_validity = status->uid_validity},
                      .uid_next = status->uid_next,
                      .highest_modseq = status->highest_modseq,
                      .messages = status->messages,
                      .unseen = status->unseen,
                      .deleted = status->deleted,
                      .size = status->size};
  if (const auto* known = head_.find(request.mailbox)) mailbox.keywords = known->keywords;
  if (const auto installed = install(mailbox, *request.messages); !installed) {
    fail_waiting(request.mailbox, installed.error());
    return retry_parked();
  }
  Publication publication;
  publication.mailboxes.push_back(snapshot_of(mailbox));
  parts_.published.apply(std::move(publication));
  const auto waiting = view_waiters_.extract(request.mailbox);
  if (!waiting.empty()) {
    for (auto& done : waiting.mapped()) done(parts_.published.view(request.mailbox));
  }
  retry_parked();
}

void Committer::unload_some() {
  const auto now = std::chrono::steady_clock::now();
  if (is_read_only_ || now - looked_at_memory_ < memory_interval) return;
  looked_at_memory_ = now;
  std::uint64_t bytes = 0;
  std::vector<HeadMailbox*> candidates;
  const std::uint64_t applied = parts_.indexer.applied();
  std::erase_if(loaded_, [&](MailboxId id) {
    HeadMailbox* mailbox = head_.find(id);
    if (mailbox == nullptr || !mailbox->editor) return true;
    bytes += mailbox->editor->memory_bytes();
    if (mailbox->last_sequence <= applied) candidates.push_back(mailbox);
    return false;
  });
  if (bytes <= options_.view_memory_bytes) return;
  // Nothing may be under way that would publish them again.
  log_.wait_until_idle();
  std::ranges::sort(candidates, {}, &HeadMailbox::last_used);
  for (HeadMailbox* mailbox : candidates) {
    if (bytes <= options_.view_memory_bytes / 4 * 3) break;
    if (!parts_.published.unload(mailbox->info.id)) continue;
    bytes -= mailbox->editor->memory_bytes();
    mailbox->editor.reset();
    loaded_.erase(mailbox->info.id);
  }
}

}  // namespace pillarbox::store::journal
