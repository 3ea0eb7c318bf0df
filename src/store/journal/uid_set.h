// Sets of uids as ranges: what a STORE of 1:100000 needs is three bytes, not 400,000.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/journal/bytes.h"
#include "store/types.h"

namespace pillarbox::store::journal {

struct UidRange {
  std::uint32_t first;
  std::uint32_t last;
  friend bool operator==(const UidRange&, const UidRange&) = default;
};

// Ascending, apart by at least one.
using UidSet = std::vector<UidRange>;

// `uid` must be above all that are in the set.
void add(UidSet& set, Uid uid);
UidSet uid_set_of(std::span<const Uid> uids);  // ascending

// The number of ranges, then for each the distance from the last range's end and the number of uids less one,
// all as varints.
void write(ByteWriter& out, const UidSet& set);
UidSet read_uid_set(ByteReader& in);

}  // namespace pillarbox::store::journal
