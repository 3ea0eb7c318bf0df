// Domain names as text and as they travel (RFC 1035 §3.1). Pure.
//
// The text has one form in this house: lower case, labels joined by dots, no final dot, "" for the root. A
// byte of a label that isn't printable ASCII, and a dot or a backslash within one, is written \DDD (RFC 1035
// §5.1): so a name from a stranger's zone never forges another one, nor a line of the log. U-labels are
// turned into A-labels before they come here (mail/domain.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"

namespace pillarbox::dns {

// The one form of a name written by hand: case folded, one final dot taken away. Nothing if it isn't a name:
// an empty label, a label or a name that is too long, a byte outside printable ASCII, a broken escape.
std::optional<std::string> canonical_name(std::string_view text);

// As it travels, uncompressed, the final zero included. Nothing as above.
std::optional<std::string> wire_of_name(std::string_view text);

// Takes a name from the front of `wire`, which then begins behind it. Nothing, and `wire` as it was, if the
// labels run beyond the end or the limits, or if there is a compression pointer: data that we are given has
// none.
std::optional<std::string> take_name(std::string_view& wire);

// Whether a mail host may be called so: labels of letters, digits, hyphens and, as others are lenient here,
// underscores (RFC 1123 §2.1 wants none).
bool is_host_name(std::string_view name);

// Where the name of an address is asked for: "1.2.0.192.in-addr.arpa" (RFC 1035 §3.5), "….ip6.arpa" (RFC 3596
// §2.5).
std::string reverse_name(const IpAddress& address);

}  // namespace pillarbox::dns
