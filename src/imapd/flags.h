// Flags between the store's bits and IMAP's words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/imap/flags.h"
#include "store/types.h"

namespace pillarbox::imapd {

namespace flags_detail {

struct Pair {
  std::uint64_t kept;
  imap::SystemFlags said;
};
inline constexpr Pair pairs[] = {
    {store::Flags::seen, imap::system_flags::seen},
    {store::Flags::answered, imap::system_flags::answered},
    {store::Flags::flagged, imap::system_flags::flagged},
    {store::Flags::deleted, imap::system_flags::deleted},
    {store::Flags::draft, imap::system_flags::draft},
};
constexpr std::uint64_t system_mask = 0x1F;

struct Table {
  imap::SystemFlags said[32];
  constexpr Table() : said{} {
    for (unsigned bits = 0; bits < 32; ++bits) {
      for (const Pair& pair : pairs) {
        if ((bits & pair.kept) != 0) said[bits] |= pair.said;
      }
    }
  }
};
inline constexpr Table table{};

}  // namespace flags_detail

constexpr imap::SystemFlags system_flags_of(std::uint64_t bits) {
  return flags_detail::table.said[bits & flags_detail::system_mask];
}
constexpr std::uint64_t keyword_bits_of(std::uint64_t bits) {
  return bits >> store::Flags::first_keyword_bit;
}

// The store's bit for each system flag but \Recent, which isn't kept.
constexpr std::uint64_t bits_of(imap::SystemFlags flags) {
  std::uint64_t bits = 0;
  for (const auto& pair : flags_detail::pairs) {
    if (flags.has(pair.said)) bits |= pair.kept;
  }
  return bits;
}

store::FlagNames names_of(imap::FlagList flags);

// The bits of `flags` where keyword k of `keywords` is the kth keyword bit; keywords that aren't there have
// none.
std::uint64_t bits_of(const imap::FlagList& flags, const std::vector<std::string>& keywords);

// The bit of a keyword, compared without case, or 0.
std::uint64_t keyword_bit(std::string_view keyword, const std::vector<std::string>& keywords);

}  // namespace pillarbox::imapd
