// The uses a mailbox can be marked with: RFC 6154 §2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proto/imap/bits.h"

namespace pillarbox::imap {

// One bit each, so that a mailbox may have several.
using SpecialUses = Bits<struct SpecialUsesTag, std::uint8_t>;

namespace special_uses {
inline constexpr SpecialUses all{1};
inline constexpr SpecialUses archive{2};
inline constexpr SpecialUses drafts{4};
inline constexpr SpecialUses flagged{8};
inline constexpr SpecialUses junk{16};
inline constexpr SpecialUses sent{32};
inline constexpr SpecialUses trash{64};
}  // namespace special_uses

struct SpecialUseName {
  SpecialUses use;
  std::string_view name;
};
inline constexpr std::array<SpecialUseName, 7> special_use_names = {{
    {special_uses::all, "\\All"},
    {special_uses::archive, "\\Archive"},
    {special_uses::drafts, "\\Drafts"},
    {special_uses::flagged, "\\Flagged"},
    {special_uses::junk, "\\Junk"},
    {special_uses::sent, "\\Sent"},
    {special_uses::trash, "\\Trash"},
}};

// By its name without the backslash, in any case.
std::optional<SpecialUses> special_use(std::string_view name);

}  // namespace pillarbox::imap
