// Flags by name and a mailbox's list of keywords: from names to bits.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "store/types.h"

namespace pillarbox::store {

enum class Unknown : std::uint8_t { add, ignore };

// The bits of `names` in a mailbox with these keywords. With Unknown::add new keywords are added to the list;
// more than fit or too long ones are `limit`, an empty one not_allowed, and the list is as it was.
std::expected<Flags, Error> flags_of(const FlagNames& names, std::vector<std::string>& keywords,
                                     Unknown unknown);

// The names of `flags` in a mailbox with these keywords.
FlagNames names_of(Flags flags, std::span<const std::string> keywords);

}  // namespace pillarbox::store
