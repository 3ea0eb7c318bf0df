// Content-Type and Content-Disposition: a value with parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace pillarbox::mail {

// A parameter as IMAP passes it on (RFC 3501 §7.4.2): the pieces of RFC 2231 §3 joined, nothing decoded. If
// it has a character set or percent-encoding, `name` ends in "*" and `value` is
// "charset'language'percent%20encoded" (RFC 2231 §4).
struct Parameter {
  std::string name;   // as written: IMAP passes it on so, as Dovecot does; compare without case
  std::string value;  // unquoted

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

using Parameters = std::vector<Parameter>;

struct ContentType {
  // As written, "TEXT" too: IMAP passes them on so, as Dovecot does. Compare with is().
  std::string type = "text";
  std::string subtype = "plain";
  Parameters parameters;

  bool is(std::string_view other_type, std::string_view other_subtype) const {
    return equals_ignoring_case(type, other_type) && equals_ignoring_case(subtype, other_subtype);
  }

  friend bool operator==(const ContentType&, const ContentType&) = default;
};

struct Disposition {
  std::string type;  // as written: "inline", "ATTACHMENT"
  Parameters parameters;

  friend bool operator==(const Disposition&, const Disposition&) = default;
};

// Both take a whole field value, folded or not, and tolerate what mailers write: missing or doubled
// semicolons, unquoted values, comments. No value: there is no type to be found, and the default counts (RFC
// 2045 §5.2). At most limits::parameters parameters.
std::optional<ContentType> parse_content_type(std::string_view value);
std::optional<Disposition> parse_disposition(std::string_view value);

// The value of a parameter in UTF-8: RFC 2231 decoded, and encoded words too, which don't belong there but
// are common. The extended form wins where both are given (RFC 6266 §4.3 says so for HTTP).
std::optional<std::string> parameter(const Parameters& parameters, std::string_view name);

// The value as it stands, not decoded: for boundary, charset, format.
std::optional<std::string_view> raw_parameter(const Parameters& parameters, std::string_view name);

}  // namespace pillarbox::mail
