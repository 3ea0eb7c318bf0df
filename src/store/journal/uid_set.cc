#include "store/journal/uid_set.h"

#include <limits>

namespace pillarbox::store::journal {

void add(UidSet& set, Uid uid) {
  if (!set.empty() && set.back().last + 1 == uid.value) {
    set.back().last = uid.value;
  } else {
    set.push_back({uid.value, uid.value});
  }
}

UidSet uid_set_of(std::span<const Uid> uids) {
  UidSet set;
  for (const Uid uid : uids) add(set, uid);
  return set;
}

void write(ByteWriter& out, const UidSet& set) {
  out.varint(set.size());
  std::uint32_t end = 0;
  for (const auto& range : set) {
    out.varint(range.first - end);
    out.varint(range.last - range.first);
    end = range.last;
  }
}

UidSet read_uid_set(ByteReader& in) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  UidSet set;
  // A range takes two bytes at least.
  const std::uint64_t count = in.varint_up_to(in.rest().size() / 2);
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    const std::uint64_t first = end + in.varint_up_to(most);
    const std::uint64_t last = first + in.varint_up_to(most);
    if (first <= end || last > most) in.fail();
    if (in.failed()) return {};
    set.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)});
    end = last;
  }
  return set;
}

}  // namespace pillarbox::store::journal
