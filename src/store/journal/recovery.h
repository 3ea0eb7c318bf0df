// Opening: from what the disk has to a running state. The index is brought up to date from the journal, or
// made anew where it is lost, damaged or too old.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "store/journal/head.h"
#include "store/journal/index_reader.h"
#include "store/journal/index_writer.h"
#include "store/journal/reader.h"
#include "store/journal/segment_pool.h"
#include "store/types.h"

namespace pillarbox::store::journal {

struct Paths {
  explicit Paths(std::string folder);
  std::string folder;
  std::string journal;
  std::string bodies;
  std::string index;
  std::string cache;
  std::string lock;
};

struct Recovered {
  IndexWriter index;
  Head head;
  std::vector<RecentRow> recents;
  std::vector<QueueEntry> queue;
  std::uint64_t next_sequence = 1;
  // Damage to what was acknowledged. With any of it the store takes no changes: they would be made on sand.
  std::vector<Finding> findings;
};

enum class Rebuild : std::uint8_t { if_needed, always };

// Requires: nobody else has the store open. With Rebuild::always damage that was passed over is accepted: the
// next opening doesn't see it any more.
std::expected<Recovered, Error> recover(Disk& disk, SegmentPool& segments, const Paths& paths,
                                        Rebuild rebuild);

// Readers of the segments in use, for JournalReader.
std::expected<std::vector<JournalReader::Source>, Error> journal_sources(SegmentPool& segments,
                                                                         const Paths& paths);

void remove_index(const std::string& path);

}  // namespace pillarbox::store::journal
