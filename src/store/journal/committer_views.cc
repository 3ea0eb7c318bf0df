// The messages that the committer has in memory: loaded from the index when somebody needs them, shown with
// the group they come in, let go of when they have become too many.
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/committer.h"
#include "store/journal/notes.h"

namespace pillarbox::store::journal {
namespace {

// From here on a chunk of the index becomes a chunk of the view as it is.
constexpr std::size_t whole_chunk = Chunk::capacity / 4;
constexpr std::chrono::seconds memory_interval{1};

}  // namespace

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
  std::erase_if(parked_, [&](OneCommit& request) {
    if (std::ranges::count(mailboxes_needed(request->operations), mailbox) == 0) return false;
    fail(std::move(request), error);
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
  parts_.published.apply(publication);
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
  log_.wait_until_settled();
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
