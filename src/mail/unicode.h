// Unicode by way of ICU, which no header of this folder shows.
#pragma once

#include <string>
#include <string_view>

namespace pillarbox::mail {

// Full case folding of Unicode, then NFC: equal results for what people take for the same letters ("STRASSE"
// and "straße" too). Bytes that aren't UTF-8 stay. Linear in the input.
std::string fold_case(std::string_view utf8);

// Appends the form in which i;unicode-casemap compares (RFC 5051 §2): each character in title case, then
// decomposed (NFKD without reordering). Character by character, so texts may be prepared in pieces. Broken
// bytes become U+FFFD.
void append_casemap(std::string_view utf8, std::string& prepared);

}  // namespace pillarbox::mail
