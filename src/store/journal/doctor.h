// `pillarbox doctor`: reads all that a store has and says what is wrong, or makes its index anew.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal/file.h"
#include "store/journal/reader.h"
#include "store/types.h"

namespace pillarbox::store::journal {

struct Examined {
  std::vector<Finding> findings;  // empty: all is well
  std::uint64_t accounts = 0;
  std::uint64_t mailboxes = 0;
  std::uint64_t messages = 0;
  std::uint64_t bodies = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t queued = 0;
};

// Told now and then how far it is: "bodies", 3000 of 12000.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

// Reads every record and every body with their checksums, and compares the index with one made anew from the
// journal. Changes nothing but the index, which is brought up to date as at any start. Error: another process
// has the store open; the folder can't be used.
std::expected<Examined, Error> examine(const std::string& folder, Disk& disk, const Progress& progress);

// Makes the index anew from the newest snapshot and the journal, and accepts what of them is damaged: the
// findings are what was passed over, a new snapshot says what is left, segments that can't be read are
// renamed to *.damaged, and the store opens for changes again. Error: as examine().
std::expected<std::vector<Finding>, Error> rebuild_index(const std::string& folder, Disk& disk);

}  // namespace pillarbox::store::journal
