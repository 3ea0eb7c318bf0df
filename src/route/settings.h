// Settings of the router.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "config/field.h"

namespace pillarbox::route {

struct Settings {
  std::uint32_t max_depth = 50;
  std::uint32_t max_expansion = 10'000;
  std::string sub_addr_delim = "+";
};

inline constexpr config::Field alias_fields[] = {
    config::field<&Settings::max_depth>("max_depth", "Longest chain of aliases that lead to aliases.")
        .at_most(1'000),
    config::field<&Settings::max_expansion>("max_expansion",
                                            "Most recipients that one recipient may become by aliases.")
        .at_most(1'000'000),
};
inline constexpr config::Field smtp_fields[] = {
    config::field<&Settings::sub_addr_delim>(
        "sub_addr_delim",
        "The character that separates a user from the detail in user+detail@example.org (RFC 5233)."),
};

// All of them, for config::parse.
inline constexpr std::array setting_tables = {config::table<Settings>("alias", alias_fields),
                                              config::table<Settings>("smtp", smtp_fields)};

Settings settings_of(const config::Configuration& configuration);

}  // namespace pillarbox::route
