// Text of header fields in UTF-8: folding removed and encoded words decoded (RFC 2047).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::mail {

// A whole unstructured value (Subject), a phrase or a display name. White space around a fold becomes one
// space, blanks at both ends go, encoded words anywhere are decoded, also where RFC 2047 §5 wouldn't have
// them, and characters that were torn apart between two of them are joined. Raw bytes are taken for UTF-8,
// else for windows-1252. Line ends that were hidden in encoded words become spaces. The result is valid
// UTF-8; linear time.
std::string decode_text(std::string_view value);

// The same for a list of phrases (Keywords, RFC 5322 §3.6.5): split at commas that aren't inside an encoded
// word.
std::vector<std::string> decode_phrase_list(std::string_view value);

}  // namespace pillarbox::mail
