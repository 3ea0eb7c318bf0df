#include "store/journal/notes.h"

#include "base/log.h"

namespace pillarbox::store::journal {

void Committer::Notes::settle(const DiskError* failure) {
  if (failure != nullptr) return fail(*failure);
  const Parts& parts = committer_.parts_;
  // Places before the index hears of them, for it makes them be forgotten; the index before anybody sees the
  // messages, so that what they do with them comes behind.
  if (!entries.empty()) {
    parts.places.add(bodies, entries.back().sequence);
    parts.indexer.feed(std::move(entries));
  }
  parts.published.apply(std::move(publication));
  for (auto& view : views) view.done(parts.published.view(view.mailbox));
  for (auto& account : accounts) account.done(account.account);
  for (auto& commit : commits) commit.done(std::move(commit.receipt));
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
  for (auto& commit : commits) commit.done(std::unexpected(error));
  for (auto& account : accounts) account.done(std::unexpected(error));
  for (auto& view : views) committer_.push(std::move(view));
}

}  // namespace pillarbox::store::journal
