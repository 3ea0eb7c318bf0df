// A map of bounded size that forgets what was used longest ago.
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace pillarbox::accounts {

// Not thread-safe.
template <class Key, class Value>
class LruMap {
 public:
  // At least one entry.
  explicit LruMap(std::size_t most) : most_(most) {}

  // nullptr if there is none; what is found counts as used now. Valid until the next at().
  Value* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // The entry of that key, made if there is none.
  Value& at(const Key& key) {
    if (Value* found = find(key)) return *found;
    if (places_.size() >= most_) drop_oldest();
    entries_.emplace_front(key, Value{});
    places_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

  void erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  // From now on. At least one.
  void keep_at_most(std::size_t most) {
    most_ = most;
    while (places_.size() > most_) drop_oldest();
  }

  std::size_t size() const { return places_.size(); }

 private:
  void drop_oldest() {
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }

  std::size_t most_;
  std::list<std::pair<Key, Value>> entries_;  // used last first
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> places_;
};

}  // namespace pillarbox::accounts
