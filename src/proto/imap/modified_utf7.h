// Mailbox names on the wire: modified UTF-7, RFC 3501 §5.1.3. Inside the server they are UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::imap {

// UTF-8, or nothing unless `text` is the one encoding that a name has: printable ASCII as itself, `&-` for
// `&`, the rest in base64 of UTF-16 without a shift that could be spared. So two names on the wire are never
// one mailbox. U+0000 is refused. Linear; the result is at most 1.5 times as long.
std::optional<std::string> decode_modified_utf7(std::string_view text);

// Requires: `name` is UTF-8; what isn't is written as U+FFFD.
std::string encode_modified_utf7(std::string_view name);

}  // namespace pillarbox::imap
