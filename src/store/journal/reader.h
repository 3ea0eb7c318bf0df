// Reads a journal's records in order of their sequence, across segments. Tells the torn end of the last
// write, which nobody was told of, from damage to what was acknowledged: a group is only written after the
// one before it was flushed, so whatever is broken before a whole record of a later group was whole once.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal/file.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {

// What is wrong, where, and what to do about it.
struct Finding {
  std::string file;
  std::uint64_t offset = 0;
  std::string what;
  std::string advice;
};

// One segment from its first record on. Holds a window of it in memory.
class SegmentReader {
 public:
  SegmentReader(std::shared_ptr<const File> file, const SegmentHeader& header);

  struct Found {
    Record record;  // lives until the next call
    std::uint64_t offset = 0;
  };
  // The record that follows: right behind the last one, or at the next block. Nothing if there is none; then
  // the position stays.
  DiskResult<std::optional<Found>> next();
  // Whether a block behind the position begins a group that is later than `sequence`. Leaves the position
  // alone.
  DiskResult<bool> has_group_after(std::uint64_t sequence);
  // The first whole record anywhere behind the position with a sequence from `first` to `last`.
  DiskResult<std::optional<Found>> find(std::uint64_t first, std::uint64_t last);
  std::uint64_t position() const { return position_; }
  void rewind(std::uint64_t position) { position_ = position; }

 private:
  DiskResult<std::optional<Found>> at(std::uint64_t offset);
  DiskResult<std::string_view> window(std::uint64_t offset);

  std::shared_ptr<const File> file_;
  SegmentHeader header_;
  std::uint64_t position_ = block_bytes;
  std::uint64_t window_at_ = 0;
  std::string window_;
};

class JournalReader {
 public:
  struct Source {
    SegmentHeader header;
    std::shared_ptr<const File> file;
    std::string name;
  };

  // `sources` ascending by number, first_sequences ascending too. Records before `from` are passed over.
  JournalReader(std::vector<Source> sources, std::uint64_t from);

  struct Entry {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::string_view file;
    RecordHeader header;
    std::string_view payload;  // lives until the next call
  };
  // The next record; nothing at the end.
  DiskResult<std::optional<Entry>> next();

  // After the end: the sequence that the next record will have.
  std::uint64_t next_sequence() const { return expected_; }
  // What was damaged on the way, and passed over.
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void open_source();
  // The record that should be next is broken: the one to go on with, unless this is the journal's torn end.
  DiskResult<std::optional<SegmentReader::Found>> pass_over(std::uint64_t end);
  void report(std::uint64_t offset, std::uint64_t from, std::uint64_t to);

  std::vector<Source> sources_;
  std::uint64_t from_;
  std::size_t current_ = 0;
  std::optional<SegmentReader> reader_;
  std::uint64_t expected_ = 1;
  bool has_started_ = false;
  std::vector<Finding> findings_;
};

// Puts the parts of a Batch's changes together again.
class Assembler {
 public:
  // The whole payload when `entry` ends it; it lives until the next call. What was begun and never ended is
  // dropped: it wasn't acknowledged.
  std::optional<std::string_view> add(const RecordHeader& header, std::string_view payload);

 private:
  std::string parts_;
  bool is_open_ = false;
};

}  // namespace pillarbox::store::journal
