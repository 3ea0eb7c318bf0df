// The segment files: which are in use, which lie ready. A thread of its own writes new ones full of zeros
// ahead of use, so that the writer only overwrites (growing a file costs a second flush), and makes those
// that compaction has emptied ready again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/journal/file.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {

std::string segment_name(std::uint64_t number);  // 42 → "00000042.seg"
std::optional<std::uint64_t> segment_number(std::string_view name);

class SegmentPool {
 public:
  struct Options {
    std::string folder;
    std::uint64_t segment_bytes = 64 * 1024 * 1024;  // of new ones; a multiple of block_bytes
    std::size_t spare = 1;                           // kept ready, at least 1
  };

  // Looks at every segment's header. What isn't a whole segment is removed if it can't have been in use, and
  // reported and left alone otherwise. `disk` must outlive the pool.
  static DiskResult<std::unique_ptr<SegmentPool>> open(Disk& disk, Options options);
  ~SegmentPool();

  // Those in use, ascending by number and sequence.
  std::vector<SegmentHeader> in_use() const;
  // Segments whose header can't be read, by path: what was in them is lost or to be saved by hand.
  const std::vector<std::string>& damaged() const { return damaged_; }

  // Starts making spares. Until then nothing is written.
  void start();

  // Waits until records of so many bytes find room in segments that lie ready, at least one. Error: they
  // couldn't be made; nothing is left behind, and it is tried again in the background: until that succeeds,
  // the error comes at once.
  DiskResult<void> reserve(std::uint64_t bytes);
  std::size_t ready() const;

  struct Fresh {
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
    std::unique_ptr<File> log;
  };
  // The next one for the writer. Requires: ready() > 0.
  DiskResult<Fresh> take();
  // The header of a taken one was written.
  void use(const SegmentHeader& header);

  // For reading. Error ENOENT when it isn't in use (any more). As long as the file is held the segment isn't
  // recycled.
  DiskResult<std::shared_ptr<const File>> reader(std::uint64_t number);

  // Requires: nothing refers to what is in it, and no journal that begins after it needs it.
  void recycle(std::uint64_t number);

  void stop();

 private:
  struct Used {
    SegmentHeader header;
    std::shared_ptr<const File> file;  // once somebody read from it
  };
  struct Ready {
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
  };

  SegmentPool(Disk& disk, Options options) : disk_(disk), options_(std::move(options)) {}

  DiskResult<void> look_around();
  DiskResult<void> look_at(std::uint64_t number);
  std::string path(std::uint64_t number) const { return options_.folder + "/" + segment_name(number); }
  void work();
  DiskResult<Ready> make(std::uint64_t number);
  DiskResult<Ready> remake(std::uint64_t old_number, std::uint64_t number);
  bool has_work() const;
  bool has_room(std::uint64_t bytes) const;

  Disk& disk_;
  const Options options_;
  std::vector<std::string> damaged_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Used> used_;
  std::deque<Ready> ready_;
  std::vector<Used> retired_;  // to be made ready again once no reader holds them
  std::uint64_t last_number_ = 0;
  std::size_t wanted_ = 1;
  std::uint64_t failures_ = 0;
  bool is_failing_ = false;
  DiskError last_failure_;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace pillarbox::store::journal
