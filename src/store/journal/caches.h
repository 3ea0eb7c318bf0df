// What others computed from bodies, in cache.db. Nothing here needs to survive: what is written last may be
// lost with the power, and a file that is damaged is begun anew.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/journal/sqlite.h"
#include "store/types.h"

namespace pillarbox::store::journal {

// Reads cache.db; belongs to one thread at a time.
class CacheReader {
 public:
  explicit CacheReader(std::string path) : path_(std::move(path)) {}
  // For those of `bodies` for which `found` has nothing yet.
  void find(const std::vector<BodyId>& bodies, std::vector<std::optional<std::string>>& found);

 private:
  SqlResult<void> try_find(const std::vector<BodyId>& bodies, std::vector<std::optional<std::string>>& found);

  std::string path_;
  std::optional<Database> database_;
};

class Caches {
 public:
  // `most_pending`: bytes that wait for being written; what comes when there are more is dropped.
  Caches(std::string path, std::size_t most_pending);

  // Any thread. True when this is the first that waits: flush() should be called soon.
  bool put(BodyId body, std::string computed);
  void forget(const std::vector<BodyId>& bodies);
  // What waits to be written.
  std::vector<std::optional<std::string>> pending(const std::vector<BodyId>& bodies) const;

  // One thread at a time.
  void flush();

 private:
  using Values = std::unordered_map<BodyId, std::string>;

  SqlResult<void> write(const Values& values, const std::vector<BodyId>& forgotten);

  const std::string path_;
  const std::size_t most_pending_;
  std::optional<Database> database_;
  mutable std::mutex mutex_;
  std::shared_ptr<Values> pending_ = std::make_shared<Values>();
  std::shared_ptr<const Values> writing_ = std::make_shared<Values>();
  std::vector<BodyId> forgotten_;
  std::size_t pending_bytes_ = 0;
};

}  // namespace pillarbox::store::journal
