#include "imapd/selected_mailbox.h"

#include <algorithm>
#include <limits>

#include "base/try.h"

namespace pillarbox::imapd {

using store::Uid;

namespace {

constexpr std::uint32_t largest_uid = std::numeric_limits<std::uint32_t>::max();

// The messages whose uid lies in `range`.
IndexRange indices_of_uids(const store::MailboxView& view, imap::NumberRange range) {
  return {.begin = view.lower_bound(Uid{range.first}),
          .end = range.last == largest_uid ? view.size() : view.lower_bound(Uid{range.last + 1})};
}

Uid last_uid(const store::MailboxView& view) {
  if (view.chunks.empty()) return Uid{0};
  const store::Chunk& last = *view.chunks.back();
  return Uid{last.uids[last.count - 1]};
}

}  // namespace

void SelectedMailbox::add_recent(Uid first) {
  const Uid last = last_uid(*known_);
  if (last.value >= first.value && first.value > 0) recent_.add(imap::NumberRange{first.value, last.value});
}

std::uint32_t SelectedMailbox::recent_count() const {
  std::size_t count = 0;
  for (const imap::NumberRange range : recent_.ranges()) {
    const IndexRange found = indices_of_uids(*known_, range);
    count += found.end - found.begin;
  }
  return static_cast<std::uint32_t>(count);
}

std::vector<IndexRange> SelectedMailbox::indices_of(const imap::SequenceSet& messages,
                                                    imap::Numbers numbers) const {
  std::vector<IndexRange> found;
  const std::size_t size = known_->size();
  if (size == 0) return found;
  if (numbers == imap::Numbers::sequence) {
    for (const imap::NumberRange range : messages.resolve(static_cast<std::uint32_t>(size)).ranges()) {
      if (range.first > size) break;
      found.push_back({.begin = range.first - 1, .end = std::min<std::size_t>(range.last, size)});
    }
  } else {
    for (const imap::NumberRange range : messages.resolve(last_uid(*known_).value).ranges()) {
      const IndexRange indices = indices_of_uids(*known_, range);
      if (indices.begin != indices.end) found.push_back(indices);
    }
  }
  return found;
}

std::vector<Uid> SelectedMailbox::uids_of(const imap::SequenceSet& messages, imap::Numbers numbers) const {
  return uids_in(*known_, indices_of(messages, numbers));
}

std::vector<Uid> uids_in(const store::MailboxView& view, const std::vector<IndexRange>& ranges) {
  std::size_t count = 0;
  for (const IndexRange range : ranges) count += range.end - range.begin;
  std::vector<Uid> uids;
  uids.reserve(count);
  for (const IndexRange range : ranges) {
    std::size_t chunk =
        static_cast<std::size_t>(std::ranges::upper_bound(view.starts, range.begin) - view.starts.begin()) -
        1;
    std::size_t within = range.begin - view.starts[chunk];
    for (std::size_t index = range.begin; index < range.end; ++index) {
      if (within == view.chunks[chunk]->count) {
        ++chunk;
        within = 0;
      }
      uids.push_back(Uid{view.chunks[chunk]->uids[within++]});
    }
  }
  return uids;
}

}  // namespace pillarbox::imapd
