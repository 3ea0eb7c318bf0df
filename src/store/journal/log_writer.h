// Writes groups of records to the segments. One thread fills a group while another writes the one before it
// with a single call and a single flush, and a third settles the one before that: so neither filling nor
// answering costs time as long as the disk is the slower one. Two threads take turns at writing, each
// settling what it has written, so that no group changes hands once it is durable.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "store/journal/effects.h"
#include "store/journal/file.h"
#include "store/journal/segment_pool.h"

namespace pillarbox::store::journal {

// What travels with a group and is done once the disk has it, or has refused it.
class GroupNotes {
 public:
  virtual ~GroupNotes() = default;
  // On the thread that wrote it, group by group in their order, one at a time. `failure` is null when the
  // group is durable. After one failure all later groups fail.
  virtual void settle(const DiskError* failure) = 0;
};

class LogWriter {
 public:
  struct Options {
    std::size_t group_bytes = 4 * 1024 * 1024;  // most in one group, a multiple of block_bytes
  };

  // `pool` and `clock` must outlive the writer. `free` is called on a writing thread whenever is_free() has
  // become true; it must return at once.
  LogWriter(SegmentPool& pool, const Clock& clock, Options options, std::uint64_t next_sequence,
            std::function<void()> free);
  // Writes nothing more. Requires: nothing is pending, or the store doesn't care.
  ~LogWriter();

  // ---- The filling thread's side.

  // Makes sure that records of so many bytes, bodies and parts included, find segments. Blocks while they are
  // made.
  DiskResult<void> reserve(std::uint64_t bytes);
  // Whether so many bytes fit behind what the current group holds.
  bool has_room(std::uint64_t bytes) const;

  // Appends to the current group; when it is full it is handed over without notes. Requires: reserve().
  Place append_body(BodyId body, std::string_view checksums, std::string_view bytes);
  // `first` and `second` together are the payload. Gives the sequence of its last record.
  std::uint64_t append_changes(std::string_view first, std::string_view second);

  std::size_t group_bytes() const { return fill_->used; }
  std::uint64_t next_sequence() const { return next_sequence_; }
  // Gives the current group to the writing threads, waiting until they have written the one before; `notes`
  // is in use until it is settled, and it is settled when groups_under_way more were handed over at the
  // latest.
  static constexpr std::size_t groups_under_way = 3;
  void hand_over(GroupNotes* notes);

  // ---- Any thread.

  // A group that is handed over now is written at once.
  bool is_free() const;
  // Until everything that was handed over is settled.
  void wait_until_settled();
  // How long writing and flushing a group took lately.
  std::chrono::nanoseconds flush_time() const { return std::chrono::nanoseconds(flush_nanoseconds_.load()); }
  // The segment that is written to; 0 before the first. Segments from here on are not to be compacted.
  std::uint64_t active_segment() const { return active_segment_.load(); }

 private:
  struct OpenSegment {
    SegmentHeader header;
    std::unique_ptr<File> log;
  };
  struct FreeBuffer {
    void operator()(char* buffer) const;
  };
  struct Group {
    std::unique_ptr<char[], FreeBuffer> buffer;
    std::size_t used = 0;
    std::uint64_t offset = 0;  // in the segment
    std::shared_ptr<OpenSegment> segment;
    bool opens_segment = false;
    GroupNotes* notes = nullptr;
  };

  char* begin_record(std::uint64_t payload_bytes);
  void end_record(char* record, RecordHeader header);
  void open_segment();
  void write_groups();
  DiskResult<void> write(const Group& group);
  bool can_write() const { return waiting_ == nullptr && !is_writing_; }

  SegmentPool& pool_;
  const Clock& clock_;
  const Options options_;
  const std::function<void()> free_;

  Group groups_[2];
  Group* fill_ = &groups_[0];
  std::shared_ptr<OpenSegment> segment_;
  std::uint64_t segment_used_ = 0;  // by groups that were handed over
  std::uint64_t next_sequence_;
  std::uint64_t group_sequence_;
  std::optional<DiskError> broken_;  // after it nothing is written any more

  std::atomic<std::int64_t> flush_nanoseconds_{0};
  std::atomic<std::uint64_t> active_segment_{0};
  mutable std::mutex mutex_;
  std::condition_variable handed_over_;
  std::condition_variable changed_;
  Group* waiting_ = nullptr;  // handed over, not taken yet
  bool is_writing_ = false;
  std::uint64_t taken_ = 0;    // groups ever
  std::uint64_t settled_ = 0;  // likewise
  bool stopping_ = false;
  std::thread threads_[2];
};

}  // namespace pillarbox::store::journal
