#include "mail/domain.h"

#include <arpa/inet.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include "base/text.h"
#include "base/try.h"
#include "mail/limits.h"
#include "mail/syntax.h"

namespace pillarbox::mail {
namespace {

// Immutable and safe to share between threads, and it loads tables: so there is one.
const icu::IDNA& idna() {
  static const icu::IDNA* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const auto* made =
        icu::IDNA::createUTS46Instance(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                           UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
                                       status);
    ASSERT(U_SUCCESS(status));
    return made;
  }();
  return *instance;
}

std::expected<std::string, DomainError> parse_ascii_domain(std::string_view text) {
  if (text.empty()) return std::unexpected(DomainError::empty);
  if (text.size() > limits::domain) return std::unexpected(DomainError::too_long);
  for (const std::string_view label : split(text, '.')) {
    if (label.size() > limits::domain_label) return std::unexpected(DomainError::too_long);
    if (label.empty() || label.front() == '-' || label.back() == '-')
      return std::unexpected(DomainError::bad_label);
    for (const char c : label) {
      if (!is_ascii_alnum(c) && c != '-') return std::unexpected(DomainError::bad_label);
    }
  }
  return to_ascii_lower(text);
}

std::expected<std::string, DomainError> to_a_labels(std::string_view text) {
  // The limit on the input bounds ICU's work; the true one is checked on the result.
  if (text.size() > limits::domain) return std::unexpected(DomainError::too_long);
  if (!is_utf8(text)) return std::unexpected(DomainError::bad_unicode);
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToASCII_UTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, info,
                          status);
  constexpr std::uint32_t lengths = UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG;
  if ((info.getErrors() & lengths) != 0) return std::unexpected(DomainError::too_long);
  if (U_FAILURE(status) || info.hasErrors()) return std::unexpected(DomainError::bad_unicode);
  return ascii;
}

bool is_snum(std::string_view text) {  // RFC 5321 §4.1.3
  const auto value = parse_decimal(text);
  return text.size() <= 3 && value && *value <= 255;
}

// Four Snums. Leading zeros are legal there and decimal, which inet_pton wouldn't have.
std::expected<std::string, DomainError> parse_ipv4(std::string_view text) {
  const auto numbers = split(text, '.');
  if (numbers.size() != 4) return std::unexpected(DomainError::bad_literal);
  std::string result;
  for (const std::string_view number : numbers) {
    if (!is_snum(number)) return std::unexpected(DomainError::bad_literal);
    result += (result.empty() ? "" : ".") + std::to_string(*parse_decimal(number));
  }
  return result;
}

// What RFC 5321 takes is less than what inet_pton takes: "::" stands for at least two groups.
std::expected<std::string, DomainError> parse_ipv6(std::string_view text) {
  std::string plain(text);
  std::size_t groups = 0;
  if (const auto colon = text.rfind(':'); text.find('.') != std::string_view::npos) {
    if (colon == std::string_view::npos) return std::unexpected(DomainError::bad_literal);
    plain = std::string(text.substr(0, colon + 1)) + TRY(parse_ipv4(text.substr(colon + 1)));
    groups = 1;  // it will be counted once below and holds two
  }
  for (const std::string_view group : split(plain, ':')) groups += group.empty() ? 0 : 1;
  const bool is_compressed = plain.find("::") != std::string::npos;
  if (is_compressed && groups > 6) return std::unexpected(DomainError::bad_literal);
  in6_addr address{};
  if (inet_pton(AF_INET6, plain.c_str(), &address) != 1) return std::unexpected(DomainError::bad_literal);
  char canonical[INET6_ADDRSTRLEN];
  ASSERT(inet_ntop(AF_INET6, &address, canonical, sizeof canonical) != nullptr);
  return canonical;
}

}  // namespace

std::expected<std::string, DomainError> parse_domain(std::string_view text) {
  if (!has_non_ascii(text)) return parse_ascii_domain(text);
  return parse_ascii_domain(TRY(to_a_labels(text)));
}

std::expected<std::string, DomainError> parse_address_literal(std::string_view text) {
  constexpr std::string_view tag = "IPv6:";
  constexpr std::size_t longest = 64;  // no address of either kind is near it
  const bool is_bracketed =
      text.size() > 2 && text.size() < longest && text.front() == '[' && text.back() == ']';
  if (!is_bracketed || text.find('\0') != std::string_view::npos)
    return std::unexpected(DomainError::bad_literal);
  text = text.substr(1, text.size() - 2);
  if (!starts_with_ignoring_case(text, tag)) return "[" + TRY(parse_ipv4(text)) + "]";
  return "[IPv6:" + TRY(parse_ipv6(text.substr(tag.size()))) + "]";
}

std::expected<std::string, DomainError> parse_domain_or_literal(std::string_view text) {
  return text.starts_with('[') ? parse_address_literal(text) : parse_domain(text);
}

std::string domain_for_display(std::string_view domain) {
  if (domain.find("xn--") == std::string_view::npos || domain.size() > limits::domain)
    return std::string(domain);
  std::string shown;
  icu::StringByteSink<std::string> sink(&shown);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToUnicodeUTF8(icu::StringPiece(domain.data(), static_cast<int32_t>(domain.size())), sink, info,
                           status);
  return U_FAILURE(status) || info.hasErrors() ? std::string(domain) : shown;
}

}  // namespace pillarbox::mail
