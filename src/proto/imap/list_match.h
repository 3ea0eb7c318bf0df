// LIST's wildcards, RFC 3501 §6.3.8.
#pragma once

#include <string_view>

namespace pillarbox::imap {

// Whether `name` matches `pattern`, where `*` stands for anything and `%` for anything without `separator`. Both are
// UTF-8. INBOX matches without case where the pattern spells it out (RFC 5258 §3). Time: size of name × size of
// pattern, whatever they hold.
bool matches_list_pattern(std::string_view pattern, std::string_view name, char separator);

// Whether some mailbox below `name` could match, so that LIST must tell about `name` itself (a parent that doesn't
// exist, RFC 3501 §6.3.8) or look at its children.
bool could_match_below(std::string_view pattern, std::string_view name, char separator);

}  // namespace pillarbox::imap
