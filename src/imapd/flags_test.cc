#include "imapd/flags.h"

#include <gtest/gtest.h>

namespace pillarbox::imapd {
namespace {

TEST(Flags, GoThereAndBack) {
  for (std::uint64_t bits = 0; bits < 32; ++bits) EXPECT_EQ(bits_of(system_flags_of(bits)), bits);
  EXPECT_EQ(system_flags_of(store::Flags::seen | store::Flags::draft),
            imap::system_flags::seen | imap::system_flags::draft);
  EXPECT_EQ(bits_of(imap::system_flags::recent), 0u);
}

TEST(Flags, FindKeywordsWithoutCase) {
  const std::vector<std::string> keywords = {"$Junk", "NonJunk"};
  EXPECT_EQ(keyword_bit("$JUNK", keywords), 1u << 8);
  EXPECT_EQ(keyword_bit("nonjunk", keywords), 1u << 9);
  EXPECT_EQ(keyword_bit("other", keywords), 0u);
  EXPECT_EQ(keyword_bits_of(keyword_bit("NonJunk", keywords)), 2u);
  EXPECT_EQ(bits_of({.system = imap::system_flags::seen, .keywords = {"$junk", "other"}}, keywords), 257u);
}

}  // namespace
}  // namespace pillarbox::imapd
