#include "store/journal/notes.h"

#include "base/log.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t usual_bytes = 256 * 1024;  // of what a group changed

}  // namespace

void Committer::Notes::settle(const DiskError* failure) {
  if (failure != nullptr) {
    fail(*failure);
  } else {
    tell();
  }
  // What it has room for the next groups will need again.
  commits.clear();
  upkeeps.clear();
  accounts.clear();
  views.clear();
  changes.batches.clear();
  changes.payloads.clear();
  bodies.clear();
  publication.clear();
}

void Committer::Notes::tell() {
  const Parts& parts = committer_.parts_;
  // Places before the index hears of them, for it makes them be forgotten; the index before anybody sees the
  // messages, so that what they do with them comes behind.
  if (!changes.batches.empty()) {
    parts.places.add(bodies, changes.batches.back().sequence);
    // What is usual leaves its room here for the next group.
    const bool is_large = changes.payloads.size() > usual_bytes;
    parts.indexer.feed(is_large ? std::move(changes) : Indexer::Changes(changes));
  }
  parts.published.apply(publication);
  for (auto& view : views) view.done(parts.published.view(view.mailbox));
  for (auto& account : accounts) account.done(account.account);
  for (auto& commit : commits) answer(std::move(commit));
  for (auto& done : upkeeps) done(Receipt{});
}

void Committer::Notes::fail(const DiskError& failure) {
  if (!committer_.is_read_only_.exchange(true)) {
    log::error("store",
               "{}: the store takes no more changes, for what was written last may be lost by the system. "
               "Mail can be "
               "read. Check the disk, then start the server again",
               failure.what);
  }
  const Error error{ErrorKind::io, failure.what};
  for (auto& commit : commits) Committer::fail(std::move(commit), error);
  for (auto& done : upkeeps) done(std::unexpected(error));
  for (auto& account : accounts) account.done(std::unexpected(error));
  for (auto& view : views) committer_.push(std::move(view));
}

}  // namespace pillarbox::store::journal
