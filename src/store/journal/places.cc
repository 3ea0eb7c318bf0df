#include "store/journal/places.h"

namespace pillarbox::store::journal {

void Places::add(const std::vector<BodyRow>& bodies, std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  for (const auto& row : bodies) {
    bodies_[row.body] = {row, sequence};
    order_.emplace_back(sequence, row.body);
  }
}

std::optional<BodyRow> Places::find(BodyId body) const {
  const std::scoped_lock lock(mutex_);
  const auto found = bodies_.find(body);
  return found == bodies_.end() ? std::nullopt : std::optional(found->second.row);
}

void Places::forget_up_to(std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  while (!order_.empty() && order_.front().first <= sequence) {
    const auto found = bodies_.find(order_.front().second);
    // It may have been moved by a later batch.
    if (found != bodies_.end() && found->second.sequence <= sequence) bodies_.erase(found);
    order_.pop_front();
  }
}

}  // namespace pillarbox::store::journal
