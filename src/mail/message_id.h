// Message ids (RFC 5322 §3.6.4): Message-ID, In-Reply-To, References, Content-ID.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::mail {

// The ids of a field value in their order, without angle brackets. What stands between the brackets is kept
// but for folding. Comments and words around them (RFC 5322 §4.5.4) are skipped; if there are no brackets at
// all, the whole value is taken for one id. At most limits::list_entries; linear time.
std::vector<std::string> parse_message_ids(std::string_view value);

}  // namespace pillarbox::mail
