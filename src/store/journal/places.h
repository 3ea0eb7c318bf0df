// Where the bodies are that the index doesn't show yet.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "store/journal/index_reader.h"

namespace pillarbox::store::journal {

class Places {
 public:
  // They were stored, or moved, by the batch with this sequence. Sequences ascend.
  void add(const std::vector<BodyRow>& bodies, std::uint64_t sequence);
  std::optional<BodyRow> find(BodyId body) const;
  // The index shows everything up to this sequence.
  void forget_up_to(std::uint64_t sequence);

 private:
  struct Known {
    BodyRow row;
    std::uint64_t sequence = 0;
  };
  mutable std::mutex mutex_;
  std::unordered_map<BodyId, Known> bodies_;
  std::deque<std::pair<std::uint64_t, BodyId>> order_;
};

}  // namespace pillarbox::store::journal
