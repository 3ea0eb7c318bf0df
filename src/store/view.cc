#include "store/view.h"

#include <algorithm>

#include "base/try.h"

namespace pillarbox::store {

const MailboxInfo* AccountView::find(std::string_view mailbox_name) const {
  const auto found = std::ranges::find(mailboxes, mailbox_name, &MailboxInfo::name);
  return found == mailboxes.end() ? nullptr : &*found;
}

const MailboxInfo* AccountView::find(MailboxId mailbox) const {
  const auto found = std::ranges::find(mailboxes, mailbox, &MailboxInfo::id);
  return found == mailboxes.end() ? nullptr : &*found;
}

Message Chunk::at(std::size_t i) const {
  ASSERT(i < count);
  return {.uid = Uid{uids[i]},
          .flags = Flags{flags[i]},
          .modseq = ModSeq{modseqs[i]},
          .internal_date = Time{std::chrono::milliseconds{internal_dates[i]}},
          .saved = Time{std::chrono::milliseconds{saved[i]}},
          .size = sizes[i],
          .body = BodyId{bodies[i]}};
}

Message MailboxView::at(std::size_t index) const {
  ASSERT(index < size());
  const auto chunk = static_cast<std::size_t>(std::ranges::upper_bound(starts, index) - starts.begin()) - 1;
  return chunks[chunk]->at(index - starts[chunk]);
}

std::size_t MailboxView::lower_bound(Uid uid) const {
  // The first chunk whose last uid isn't below `uid`.
  const auto chunk = std::ranges::partition_point(
      chunks, [uid](const auto& c) { return c->uids[c->count - 1] < uid.value; });
  if (chunk == chunks.end()) return size();
  const auto& uids = (*chunk)->uids;
  const auto within = static_cast<std::size_t>(std::ranges::lower_bound(uids, uid.value) - uids.begin());
  return starts[static_cast<std::size_t>(chunk - chunks.begin())] + within;
}

std::optional<std::size_t> MailboxView::index_of(Uid uid) const {
  const std::size_t index = lower_bound(uid);
  if (index == size() || at(index).uid != uid) return std::nullopt;
  return index;
}

}  // namespace pillarbox::store
