// How lines of mappings and lists are split.
#pragma once

#include <string_view>

#include "tables/table.h"

namespace pillarbox::tables {

struct Pair {
  std::string_view key;
  std::string_view value;  // "" if there is none
};

enum class KeyEnds : std::uint8_t {
  at_space_or_colon,  // aliases: "root: anna", "root anna", "root:anna"
  at_space,  // where a key may have colons of its own, as IPv6 addresses do; a last colon is left out
};

// A line's key and what is behind it, trimmed, without a comment at its end (" # …"). A key may be quoted as
// local parts are: "joe smith"@example.org. An inline table's pairs come as they are.
Pair split_pair(const Line& line, KeyEnds ends);

// Without what follows a "#" behind a space, outside quotes; trimmed.
std::string_view without_comment(std::string_view text);

// A list's value: the first word of the line, so that mappings ("example.org: true") serve as lists as well.
std::string_view list_value(const Line& line);

// Whether `text` is what `pattern` says, in which "*" stands for any characters. Both in lower case already.
// Takes at most |pattern| × |text| steps.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace pillarbox::tables
