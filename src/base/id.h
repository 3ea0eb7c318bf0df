// Ids as types of their own, so that a MailboxId is never passed where a Uid belongs.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace pillarbox {

// A number with a meaning. `Tag` tells the kinds apart; the value is reached by name only.
template <class Tag, class Rep>
struct Id {
  using rep = Rep;
  Rep value{};

  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

}  // namespace pillarbox

template <class Tag, class Rep>
struct std::hash<pillarbox::Id<Tag, Rep>> {
  std::size_t operator()(pillarbox::Id<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
