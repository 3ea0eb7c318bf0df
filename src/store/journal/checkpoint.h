// Between the index and snapshots: everything the index says into a file, and back.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "base/clock.h"
#include "store/journal/index_reader.h"
#include "store/journal/snapshot.h"
#include "store/journal/sqlite.h"
#include "store/types.h"

namespace pillarbox::store::journal {

struct Checkpoint {
  std::uint64_t sequence = 0;  // the journal up to here isn't needed for the index any more
  std::uint64_t bytes = 0;     // of the file
};

// Writes a snapshot of the index as it is now, removes older ones.
std::expected<Checkpoint, Error> write_checkpoint(Disk& disk, const std::string& folder,
                                                  const std::string& index_path, Time now);

// Fills an empty index from a snapshot. After an error the index is of no use.
std::expected<void, Error> load_checkpoint(SnapshotReader& snapshot, const std::string& index_path);

// The newest snapshot in the folder that is whole at its beginning; its sequence, or nothing.
DiskResult<std::optional<std::uint64_t>> newest_snapshot(Disk& disk, const std::string& folder);

}  // namespace pillarbox::store::journal
