#include "net/deadlines.h"

#include <utility>

namespace pillarbox::net {

void Deadlines::set(Entry& entry, Clock::time_point deadline) {
  entry.deadline_ = deadline;
  if (deadline == never) return;
  if (entry.place_ == Entry::absent) {
    heap_.push_back({deadline, &entry});
    entry.place_ = heap_.size() - 1;
    rise(entry.place_);
  } else if (deadline < heap_[entry.place_].time) {
    heap_[entry.place_].time = deadline;
    rise(entry.place_);
  }
}

void Deadlines::remove(Entry& entry) {
  entry.deadline_ = never;
  const std::size_t place = std::exchange(entry.place_, Entry::absent);
  if (place == Entry::absent) return;
  const Node last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  put(place, last);
  rise(place);
  sink(last.entry->place_);
}

void Deadlines::expire(Clock::time_point now) {
  while (!heap_.empty() && heap_.front().time <= now) {
    Entry& entry = *heap_.front().entry;
    if (entry.deadline_ <= now) {
      remove(entry);
      entry.on_deadline();
    } else if (entry.deadline_ == never) {
      remove(entry);
    } else {
      heap_.front().time = entry.deadline_;
      sink(0);
    }
  }
}

void Deadlines::put(std::size_t place, Node node) {
  heap_[place] = node;
  node.entry->place_ = place;
}

void Deadlines::rise(std::size_t place) {
  const Node node = heap_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (heap_[parent].time <= node.time) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, node);
}

void Deadlines::sink(std::size_t place) {
  const Node node = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].time < heap_[child].time) ++child;
    if (node.time <= heap_[child].time) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, node);
}

}  // namespace pillarbox::net
