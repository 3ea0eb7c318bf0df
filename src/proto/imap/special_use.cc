#include "proto/imap/special_use.h"

#include "base/text.h"

namespace pillarbox::imap {

std::optional<SpecialUses> special_use(std::string_view name) {
  for (const SpecialUseName& row : special_use_names) {
    if (equals_ignoring_case(name, row.name.substr(1))) return row.use;
  }
  return std::nullopt;
}

}  // namespace pillarbox::imap
