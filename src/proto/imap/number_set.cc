#include "proto/imap/number_set.h"

#include <algorithm>

namespace pillarbox::imap {
namespace {

// Whether the two are one range: they overlap or no number lies between. Requires: a.first <= b.first.
bool joins(NumberRange a, NumberRange b) { return a.last == UINT32_MAX || b.first <= a.last + 1; }

}  // namespace

NumberSet::NumberSet(std::vector<NumberRange> ranges) : ranges_(std::move(ranges)) {
  if (!std::ranges::is_sorted(ranges_, {}, &NumberRange::first))
    std::ranges::sort(ranges_, {}, &NumberRange::first);
  std::size_t kept = 0;
  for (const NumberRange range : ranges_) {
    if (kept > 0 && joins(ranges_[kept - 1], range)) {
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    } else {
      ranges_[kept++] = range;
    }
  }
  ranges_.resize(kept);
}

void NumberSet::add(NumberRange range) {
  if (ranges_.empty() || range.first > ranges_.back().last) {
    if (!ranges_.empty() && joins(ranges_.back(), range)) {
      ranges_.back().last = range.last;
    } else {
      ranges_.push_back(range);
    }
    return;
  }
  // All ranges that join with the new one are replaced by their union.
  auto begin = std::ranges::lower_bound(
      ranges_, range.first, {}, [](NumberRange r) { return r.last == UINT32_MAX ? r.last : r.last + 1; });
  auto end = begin;
  for (; end != ranges_.end() && joins(range, *end); ++end) {
    range.first = std::min(range.first, end->first);
    range.last = std::max(range.last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), range);
}

bool NumberSet::contains(std::uint32_t number) const {
  const auto at = std::ranges::lower_bound(ranges_, number, {}, &NumberRange::last);
  return at != ranges_.end() && at->first <= number;
}

std::uint64_t NumberSet::size() const {
  std::uint64_t size = 0;
  for (const NumberRange range : ranges_) size += std::uint64_t{range.last} - range.first + 1;
  return size;
}

}  // namespace pillarbox::imap
