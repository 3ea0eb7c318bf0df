#include "store/keywords.h"

#include <algorithm>

#include "base/text.h"
#include "store/limits.h"

namespace pillarbox::store {

std::expected<Flags, Error> flags_of(const FlagNames& names, std::vector<std::string>& keywords,
                                     Unknown unknown) {
  Flags flags{names.system & Flags::system_mask};
  const std::size_t known = keywords.size();
  auto refuse = [&](ErrorKind kind, const char* detail) {
    keywords.resize(known);
    return std::unexpected(Error{kind, detail});
  };
  for (const auto& name : names.keywords) {
    auto found = std::ranges::find_if(keywords, [&](const auto& k) { return equals_ignoring_case(k, name); });
    if (found == keywords.end()) {
      if (unknown == Unknown::ignore) continue;
      if (name.empty()) return refuse(ErrorKind::not_allowed, "empty keyword");
      if (name.size() > limits::keyword_bytes) return refuse(ErrorKind::limit, "keyword too long");
      if (keywords.size() == Flags::max_keywords)
        return refuse(ErrorKind::limit, "too many keywords in a mailbox");
      found = keywords.insert(keywords.end(), name);
    }
    flags.bits |=
        std::uint64_t{1} << (Flags::first_keyword_bit + static_cast<unsigned>(found - keywords.begin()));
  }
  return flags;
}

FlagNames names_of(Flags flags, std::span<const std::string> keywords) {
  FlagNames names{.system = flags.bits & Flags::system_mask};
  for (std::size_t k = 0; k < keywords.size(); ++k) {
    if (flags.has(std::uint64_t{1} << (Flags::first_keyword_bit + k))) names.keywords.push_back(keywords[k]);
  }
  return names;
}

}  // namespace pillarbox::store
