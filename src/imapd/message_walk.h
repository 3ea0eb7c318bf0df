// One message after another, as a command chose them: the inner loop of FETCH and SEARCH.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "imapd/selected_mailbox.h"

namespace pillarbox::imapd {

class MessageWalk {
 public:
  // Both outlive it.
  MessageWalk(const store::MailboxView& view, const std::vector<IndexRange>& ranges)
      : view_(view), ranges_(ranges) {
    enter_range();
  }

  bool at_end() const { return range_ == ranges_.size(); }
  // Requires, for these: !at_end().
  std::size_t index() const { return index_; }
  const store::Chunk& chunk() const { return *chunk_; }
  std::size_t within() const { return within_; }
  store::Message message() const { return chunk_->at(within_); }

  void step() {
    ++index_;
    ++within_;
    if (index_ == ranges_[range_].end) {
      ++range_;
      enter_range();
    } else if (within_ == chunk_->count) [[unlikely]] {
      chunk_ = view_.chunks[++chunk_number_].get();
      within_ = 0;
    }
  }

 private:
  void enter_range() {
    if (at_end()) return;
    index_ = ranges_[range_].begin;
    const auto behind = std::ranges::upper_bound(view_.starts, index_);
    chunk_number_ = static_cast<std::size_t>(behind - view_.starts.begin()) - 1;
    chunk_ = view_.chunks[chunk_number_].get();
    within_ = index_ - view_.starts[chunk_number_];
  }

  const store::MailboxView& view_;
  const std::vector<IndexRange>& ranges_;
  std::size_t range_ = 0;
  std::size_t index_ = 0;
  std::size_t chunk_number_ = 0;
  const store::Chunk* chunk_ = nullptr;
  std::size_t within_ = 0;
};

}  // namespace pillarbox::imapd
