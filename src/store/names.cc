#include "store/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "store/limits.h"

namespace pillarbox::store {
namespace {

constexpr std::string_view inbox = "INBOX";

// Control characters and line separators, which RFC 9051 §5.1 forbids. Requires: UTF-8.
bool has_forbidden_character(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && static_cast<unsigned char>(name[i + 1]) < 0xA0) return true;  // U+0080 to U+009F
    if (name.substr(i, 3) == "\u2028" || name.substr(i, 3) == "\u2029") return true;
  }
  return false;
}

std::unexpected<Error> refuse(ErrorKind kind, const char* detail) {
  return std::unexpected(Error{kind, detail});
}

}  // namespace

std::expected<std::string, Error> canonical_mailbox_name(std::string_view name) {
  if (name.size() > limits::mailbox_name_bytes) return refuse(ErrorKind::limit, "mailbox name too long");
  if (!is_utf8(name)) return refuse(ErrorKind::not_allowed, "mailbox name is not UTF-8");
  if (has_forbidden_character(name))
    return refuse(ErrorKind::not_allowed, "control character in a mailbox name");
  const auto levels = split(name, level_separator);
  if (levels.size() > limits::mailbox_levels)
    return refuse(ErrorKind::limit, "mailbox name has too many levels");
  if (std::ranges::any_of(levels, &std::string_view::empty)) {
    return refuse(ErrorKind::not_allowed, "mailbox name with an empty level");
  }
  std::string result(name);
  if (equals_ignoring_case(levels.front(), inbox)) result.replace(0, inbox.size(), inbox);
  return result;
}

std::vector<std::string> superiors_of(std::string_view name) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == level_separator) result.emplace_back(name.substr(0, i));
  }
  return result;
}

bool is_inferior(std::string_view name, std::string_view superior) {
  return name.size() > superior.size() && name.starts_with(superior) &&
         name[superior.size()] == level_separator;
}

bool comes_before(std::string_view a, std::string_view b) {
  return std::pair(a != inbox, a) < std::pair(b != inbox, b);
}

std::span<const InitialMailbox> initial_mailboxes() {
  static constexpr std::array mailboxes{
      InitialMailbox{inbox, SpecialUse::none},      InitialMailbox{"Archive", SpecialUse::archive},
      InitialMailbox{"Drafts", SpecialUse::drafts}, InitialMailbox{"Junk", SpecialUse::junk},
      InitialMailbox{"Sent", SpecialUse::sent},     InitialMailbox{"Trash", SpecialUse::trash},
  };
  return mailboxes;
}

}  // namespace pillarbox::store
