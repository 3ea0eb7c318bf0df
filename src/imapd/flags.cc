#include "imapd/flags.h"

#include "base/text.h"

namespace pillarbox::imapd {

store::FlagNames names_of(imap::FlagList flags) {
  return {.system = bits_of(flags.system), .keywords = std::move(flags.keywords)};
}

std::uint64_t keyword_bit(std::string_view keyword, const std::vector<std::string>& keywords) {
  for (std::size_t k = 0; k < keywords.size() && k < store::Flags::max_keywords; ++k) {
    if (equals_ignoring_case(keyword, keywords[k]))
      return std::uint64_t{1} << (store::Flags::first_keyword_bit + k);
  }
  return 0;
}

std::uint64_t bits_of(const imap::FlagList& flags, const std::vector<std::string>& keywords) {
  std::uint64_t bits = bits_of(flags.system);
  for (const std::string& keyword : flags.keywords) bits |= keyword_bit(keyword, keywords);
  return bits;
}

}  // namespace pillarbox::imapd
