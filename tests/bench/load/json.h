// Just enough JSON to print a result line.
#pragma once

#include <string>
#include <string_view>

namespace pillarbox::bench {

// The text as the inside of a JSON string; bytes that aren't printable ASCII become a question mark.
inline std::string json_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c >= ' ' && c <= '~' ? c : '?';
  }
  return result;
}

}  // namespace pillarbox::bench
