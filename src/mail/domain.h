// Domain names and address literals as they stand after the "@" and behind EHLO (RFC 5321 §4.1.2, §4.1.3; RFC
// 6531 §3.3).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace pillarbox::mail {

enum class DomainError : std::uint8_t {
  empty,      // nothing there
  bad_label,  // empty label, leading or trailing hyphen, or a character that isn't a letter, digit or hyphen
  too_long,   // over 255 octets, or a label over 63
  bad_literal,  // neither [192.0.2.1] nor [IPv6:2001:db8::1]
  bad_unicode,  // not UTF-8, or not a U-label (RFC 5890, checked by UTS 46 non-transitional)
};

// One name, fully: letters, digits, hyphens, and U-labels. The result is the one form in which the house
// keeps and compares domains: lower case and ASCII, with U-labels turned into A-labels ("Bücher.Example" →
// "xn--bcher-kva.example"). A final dot is refused, as RFC 5321 does.
std::expected<std::string, DomainError> parse_domain(std::string_view text);

// "[192.0.2.1]" or "[IPv6:2001:DB8:0::1]", brackets included. The result is canonical (RFC 5952):
// "[IPv6:2001:db8::1]". Other tags than IPv6 don't exist (RFC 5321 §4.1.3 asks for registered ones) and are
// refused.
std::expected<std::string, DomainError> parse_address_literal(std::string_view text);

// Either of the two.
std::expected<std::string, DomainError> parse_domain_or_literal(std::string_view text);

// For showing to people: A-labels as U-labels where they are valid, anything else unchanged.
std::string domain_for_display(std::string_view domain);

}  // namespace pillarbox::mail
