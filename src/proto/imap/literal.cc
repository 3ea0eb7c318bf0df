#include "proto/imap/literal.h"

#include "base/text.h"

namespace pillarbox::imap {

std::optional<LiteralAnnouncement> announcement_at_end(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  if (line.size() > max_announcement) line.remove_prefix(line.size() - max_announcement);
  const auto brace = line.rfind('{');
  if (brace == std::string_view::npos) return std::nullopt;
  line.remove_prefix(brace);

  LiteralAnnouncement found{.length = line.size()};
  std::string_view digits = line.substr(1, line.size() - 2);
  if (digits.ends_with('+')) {
    found.kind = LiteralKind::non_synchronizing;
    digits.remove_suffix(1);
  }
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  found.bytes = parse_decimal(digits).value_or(UINT64_MAX);
  return found;
}

}  // namespace pillarbox::imap
