#include "store/journal/checksum.h"

#include <xxhash.h>

#include "store/journal/bytes.h"

namespace pillarbox::store::journal {

std::uint64_t checksum(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string piece_checksums(std::string_view body) {
  std::string sums;
  sums.reserve(pieces_of(body.size()) * 8);
  ByteWriter writer(sums);
  for (std::size_t at = 0; at < body.size(); at += piece_bytes)
    writer.u64(checksum(body.substr(at, piece_bytes)));
  return sums;
}

}  // namespace pillarbox::store::journal
