// The deadlines of all connections of a thread, so that a busy session's deadline costs one store and no heap
// operation: an entry stays in the heap at the time it was first put there and moves on only when that has
// passed.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace pillarbox::net {

// Not thread-safe.
class Deadlines {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point never = Clock::time_point::max();

  class Entry {
   public:
    virtual ~Entry() = default;
    // The deadline has passed; it is `never` from now on. May set it again, and may destroy the entry.
    virtual void on_deadline() = 0;

   private:
    friend class Deadlines;
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);
    Clock::time_point deadline_ = never;
    std::size_t place_ = absent;
  };

  void set(Entry& entry, Clock::time_point deadline);
  void clear(Entry& entry) { entry.deadline_ = never; }
  // Before an entry goes away.
  void remove(Entry& entry);

  // When to call `expire` next; `never` if nothing is due.
  Clock::time_point next() const { return heap_.empty() ? never : heap_.front().time; }
  void expire(Clock::time_point now);

 private:
  struct Node {
    Clock::time_point time;  // at or before the entry's deadline
    Entry* entry;
  };

  void put(std::size_t place, Node node);
  void rise(std::size_t place);
  void sink(std::size_t place);

  std::vector<Node> heap_;
};

}  // namespace pillarbox::net
