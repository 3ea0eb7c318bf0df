// Mailbox names: which are possible, how they are written, what lies above and below.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/types.h"

namespace pillarbox::store {

inline constexpr char level_separator = '/';

// The name as it is kept: UTF-8, INBOX in capitals also as the first level. not_allowed for what can't be a
// mailbox's name (RFC 9051 §5.1): empty levels, control characters, line separators, bytes that aren't UTF-8;
// limit when too long or deep.
std::expected<std::string, Error> canonical_mailbox_name(std::string_view name);

// "a/b/c" → "a", "a/b".
std::vector<std::string> superiors_of(std::string_view name);

bool is_inferior(std::string_view name, std::string_view superior);

// The order of AccountView::mailboxes: by name, INBOX first.
bool comes_before(std::string_view a, std::string_view b);

struct InitialMailbox {
  std::string_view name;
  SpecialUse special_use;
};

// What a new account starts with, all of it subscribed.
std::span<const InitialMailbox> initial_mailboxes();

}  // namespace pillarbox::store
