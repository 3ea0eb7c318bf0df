#include "proto/imap/flags.h"

#include <algorithm>

#include "base/text.h"

namespace pillarbox::imap {

std::optional<SystemFlags> system_flag(std::string_view name) {
  for (const auto& row : system_flag_names) {
    if (row.flag != system_flags::recent && equals_ignoring_case(name, row.name)) return row.flag;
  }
  return std::nullopt;
}

void add_keyword(FlagList& list, std::string_view keyword) {
  const auto is_same = [&](std::string_view other) { return equals_ignoring_case(other, keyword); };
  if (std::ranges::none_of(list.keywords, is_same)) list.keywords.emplace_back(keyword);
}

}  // namespace pillarbox::imap
