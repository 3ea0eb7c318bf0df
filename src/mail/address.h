// The addresses of SMTP: mailboxes and paths (RFC 5321 §4.1.2, with UTF-8 by RFC 6531 §3.3). What stands in
// header fields is looser and read by mail/address_list.h.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::mail {

// A mailbox, normalised: two spellings of one mailbox give equal values, except for the case of the local
// part.
struct Address {
  std::string local_part;  // unquoted, case kept; UTF-8; may be empty ("\"\"@example.org") and hold any
                           // printable ASCII
  std::string domain;      // as parse_domain_or_literal() leaves it; empty only for the bare <Postmaster>

  // "local@domain" with the least quoting that is correct (RFC 5321 §4.1.2). Reads back as the same value.
  std::string to_string() const;

  // For table look-ups and for "is it the same recipient?": to_string() with the local part case-folded
  // (Unicode, NFC).
  std::string key() const;

  // Whether only peers with SMTPUTF8 can take it (RFC 6531 §3.2). The domain never needs it.
  bool needs_smtputf8() const;

  friend bool operator==(const Address&, const Address&) = default;
};

enum class AddressError : std::uint8_t {
  missing_angle,        // a path has to start with "<" and end with ">"
  missing_at,           // no "@", or no domain behind it
  bad_local_part,       // neither a dot-string nor a quoted string
  bad_domain,           // not a domain name, or not UTF-8
  bad_literal,          // not an address literal
  bad_route,            // a source route ("@a,@b:") that isn't one
  local_part_too_long,  // over 64 octets
  domain_too_long,      // over 255 octets, or a label over 63
  path_too_long,        // over 256 octets with "<" and ">"
  trailing_text,        // something stands behind a whole address
};

// In words, for replies and reports: "the local part is longer than 64 octets".
std::string_view describe(AddressError error);

// A whole mailbox without angle brackets: user@example.org, "joe smith"@example.org, joe@[192.0.2.1].
std::expected<Address, AddressError> parse_address(std::string_view text);

// What MAIL FROM and RCPT TO carry.
struct Path {
  std::optional<Address> address;  // none: the null reverse path "<>"
  bool has_utf8 = false;           // non-ASCII as written: SMTPUTF8 must have been asked for (RFC 6531 §3.4)

  friend bool operator==(const Path&, const Path&) = default;
};

// Takes a reverse path from the front of `text`, which may go on with parameters; `text` is left at what
// follows the
// ">" or, on error, untouched. "<>" is the null path; a source route is read and forgotten (RFC 5321
// §4.1.1.3, Appendix C).
std::expected<Path, AddressError> take_reverse_path(std::string_view& text);

// The same for a forward path: "<>" is refused, and <Postmaster> without a domain is taken (RFC 5321
// §4.1.1.3).
std::expected<Path, AddressError> take_forward_path(std::string_view& text);

// The two halves of "user+detail" (RFC 5233 §1). `detail` has no value if there is no separator; "user+" has
// an empty one. A local part that begins with a separator is nobody's detail and isn't split.
struct LocalPartParts {
  std::string_view user;
  std::optional<std::string_view> detail;
};
LocalPartParts split_detail(std::string_view local_part, std::string_view separators = "+");

// The local part as it has to stand before an "@": quoted if it isn't a dot-string.
std::string quote_local_part(std::string_view local_part);

}  // namespace pillarbox::mail
