// The forms in which tables keep and compare names.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace pillarbox::tables {

// Look-ups by string_view without making a string.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;
using StringSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;

// Without case (Unicode); quick where it is ASCII.
std::string folded(std::string_view text);

// A domain as mail::Address has it, or as written in lower case if it is no valid domain. "*" stays.
std::string domain_key(std::string_view domain);

// "local@domain" without case, local part unquoted: unique, and quick to make.
std::string address_key(std::string_view local_part, std::string_view domain);

}  // namespace pillarbox::tables
