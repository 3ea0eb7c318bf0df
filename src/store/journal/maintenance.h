// The store's housekeeping, on a thread of its own: expunged mail whose window has ended is forgotten,
// segments with little in them are emptied and used again, snapshots are written before that, files of dead
// bodies are removed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/journal/body_files.h"
#include "store/journal/committer.h"
#include "store/journal/index_reader.h"
#include "store/journal/indexer.h"
#include "store/journal/recovery.h"
#include "store/journal/segment_pool.h"
#include "store/journal/settings.h"

namespace pillarbox::store::journal {

class Maintenance {
 public:
  struct Parts {
    const Clock& clock;
    Disk& disk;
    const Paths& paths;
    const Settings& settings;
    SegmentPool& segments;
    Indexer& indexer;
    Committer& committer;
    BodyFiles& files;
  };
  explicit Maintenance(Parts parts);
  ~Maintenance();

  void start();
  // Begins no further step. To be called before the parts go; run_once does nothing any more.
  void stop();
  // Does it all once, now, on the caller's thread.
  void run_once();

  // Files of bodies that have died. Any thread.
  void remove_files(std::vector<std::uint64_t> files);

 private:
  void work();
  void forget_expunged();
  void remove_orphans();
  void remove_dead_files();
  void compact();

  // What can be freed, and what would be worth emptying.
  struct Plan {
    std::vector<SegmentHeader> empty;
    std::vector<SegmentHeader> sparse;
  };
  Plan plan();
  // Copies what lives in the segment; false if it can't be freed after all.
  bool empty_segment(const SegmentHeader& segment, std::uint64_t end);
  bool relocate(std::vector<BodyRow>& rows, std::vector<Committer::Relocation>& bodies);
  void free(const std::vector<SegmentHeader>& empty);
  bool wait_for_index();
  void pace(std::uint64_t bytes);
  bool is_stopping() const { return stopping_.load(); }

  const Parts parts_;
  IndexReader reader_;
  std::set<std::uint64_t> unmovable_;  // segments with a damaged body: left as they are
  bool has_removed_orphans_ = false;
  std::uint64_t snapshot_bytes_ = 0;

  std::mutex running_;  // one run at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> dead_files_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace pillarbox::store::journal
