// XXH3 with 64 bits: over records, headers and every 64 KiB piece of a body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::store::journal {

inline constexpr std::size_t piece_bytes = 64 * 1024;

std::uint64_t checksum(std::string_view bytes, std::uint64_t seed = 0);

constexpr std::size_t pieces_of(std::uint64_t size) {
  return static_cast<std::size_t>((size + piece_bytes - 1) / piece_bytes);
}

// The checksums of the pieces of `body`, 8 bytes each.
std::string piece_checksums(std::string_view body);

}  // namespace pillarbox::store::journal
