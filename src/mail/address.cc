#include "mail/address.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "mail/domain.h"
#include "mail/limits.h"
#include "mail/syntax.h"
#include "mail/unicode.h"

namespace pillarbox::mail {
namespace {

// RFC 5321 §4.1.2 Dot-string.
bool is_dot_string(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' ||
      text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) { return is_atext(c) || c == '.'; });
}

constexpr bool is_qtext_smtp(char c) {
  return (c >= ' ' && c <= '~' && c != '"' && c != '\\') || is_non_ascii(c);
}
constexpr bool is_quotable(char c) { return c >= ' ' && c <= '~'; }

std::expected<std::string, AddressError> take_quoted_local_part(std::string_view& text) {
  std::string unquoted;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (i + 1 > limits::local_part) return std::unexpected(AddressError::local_part_too_long);
      text.remove_prefix(i + 1);
      return unquoted;
    }
    if (text[i] == '\\') {
      if (++i == text.size() || !is_quotable(text[i])) return std::unexpected(AddressError::bad_local_part);
    } else if (!is_qtext_smtp(text[i])) {
      return std::unexpected(AddressError::bad_local_part);
    }
    unquoted += text[i];
  }
  return std::unexpected(AddressError::bad_local_part);
}

std::expected<std::string, AddressError> take_local_part(std::string_view& text) {
  if (text.starts_with('"')) return take_quoted_local_part(text);
  const auto end = std::ranges::find_if(text, [](char c) { return !is_atext(c) && c != '.'; });
  const std::string_view local_part(text.begin(), end);
  if (!is_dot_string(local_part)) return std::unexpected(AddressError::bad_local_part);
  if (local_part.size() > limits::local_part) return std::unexpected(AddressError::local_part_too_long);
  text.remove_prefix(local_part.size());
  return std::string(local_part);
}

AddressError address_error_of(DomainError error) {
  switch (error) {
    case DomainError::empty: return AddressError::missing_at;
    case DomainError::too_long: return AddressError::domain_too_long;
    case DomainError::bad_literal: return AddressError::bad_literal;
    case DomainError::bad_label:
    case DomainError::bad_unicode: return AddressError::bad_domain;
  }
  return AddressError::bad_domain;
}

std::expected<std::string, AddressError> take_domain(std::string_view& text) {
  std::size_t length = 0;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::unexpected(AddressError::bad_literal);
    length = bracket + 1;
  } else {
    while (length < text.size() && (is_ascii_alnum(text[length]) || text[length] == '-' ||
                                    text[length] == '.' || is_non_ascii(text[length]))) {
      ++length;
    }
  }
  auto domain = parse_domain_or_literal(text.substr(0, length));
  if (!domain) return std::unexpected(address_error_of(domain.error()));
  text.remove_prefix(length);
  return *std::move(domain);
}

std::expected<Address, AddressError> take_mailbox(std::string_view& text) {
  std::string_view rest = text;
  Address address;
  address.local_part = TRY(take_local_part(rest));
  if (!is_utf8(address.local_part)) return std::unexpected(AddressError::bad_local_part);
  if (!rest.starts_with('@')) return std::unexpected(AddressError::missing_at);
  rest.remove_prefix(1);
  address.domain = TRY(take_domain(rest));
  // The A-labels of a domain can be longer than its U-labels, so what we would write has to fit as well.
  if (text.size() - rest.size() > limits::mailbox || address.to_string().size() > limits::mailbox) {
    return std::unexpected(AddressError::path_too_long);
  }
  text = rest;
  return address;
}

// RFC 5321 Appendix C: "@a.example,@b.example:" before the mailbox is read and forgotten.
std::expected<void, AddressError> skip_source_route(std::string_view& text) {
  while (text.starts_with('@')) {
    text.remove_prefix(1);
    if (!take_domain(text) || text.empty()) return std::unexpected(AddressError::bad_route);
    const char separator = text.front();
    text.remove_prefix(1);
    if (separator == ':') return {};
    if (separator != ',' || !text.starts_with('@')) return std::unexpected(AddressError::bad_route);
  }
  return {};
}

// The Postmaster of RFC 5321 §4.1.1.3, who needs no domain.
std::optional<Address> take_postmaster(std::string_view& text) {
  constexpr std::string_view name = "postmaster";
  if (!starts_with_ignoring_case(text, name) || !text.substr(name.size()).starts_with('>'))
    return std::nullopt;
  Address address{.local_part = std::string(text.substr(0, name.size()))};
  text.remove_prefix(name.size());
  return address;
}

enum class Direction { reverse, forward };

std::expected<Path, AddressError> take_path(std::string_view& text, Direction direction) {
  if (!text.starts_with('<')) return std::unexpected(AddressError::missing_angle);
  std::string_view rest = text.substr(1);
  Path path;
  if (direction == Direction::forward) path.address = take_postmaster(rest);
  const bool is_null_path = direction == Direction::reverse && rest.starts_with('>');
  if (!path.address && !is_null_path) {
    TRY(skip_source_route(rest));
    path.address = TRY(take_mailbox(rest));
  }
  if (!rest.starts_with('>')) return std::unexpected(AddressError::missing_angle);
  rest.remove_prefix(1);
  const std::string_view taken = text.substr(0, text.size() - rest.size());
  if (taken.size() > limits::path) return std::unexpected(AddressError::path_too_long);
  path.has_utf8 = has_non_ascii(taken);
  text = rest;
  return path;
}

}  // namespace

std::string Address::to_string() const {
  std::string result = quote_local_part(local_part);
  if (!domain.empty()) result.append("@").append(domain);
  return result;
}

std::string Address::key() const { return Address{fold_case(local_part), domain}.to_string(); }

bool Address::needs_smtputf8() const { return has_non_ascii(local_part); }

std::string_view describe(AddressError error) {
  switch (error) {
    case AddressError::missing_angle: return "the address is not enclosed in < and >";
    case AddressError::missing_at: return "the address has no domain";
    case AddressError::bad_local_part: return "the local part is malformed";
    case AddressError::bad_domain: return "the domain is malformed";
    case AddressError::bad_literal: return "the address literal is malformed";
    case AddressError::bad_route: return "the source route is malformed";
    case AddressError::local_part_too_long: return "the local part is longer than 64 octets";
    case AddressError::domain_too_long: return "the domain is too long";
    case AddressError::path_too_long: return "the address is too long";
    case AddressError::trailing_text: return "there is text behind the address";
  }
  return "the address is malformed";
}

std::expected<Address, AddressError> parse_address(std::string_view text) {
  Address address = TRY(take_mailbox(text));
  if (!text.empty()) return std::unexpected(AddressError::trailing_text);
  return address;
}

std::expected<Path, AddressError> take_reverse_path(std::string_view& text) {
  return take_path(text, Direction::reverse);
}

std::expected<Path, AddressError> take_forward_path(std::string_view& text) {
  return take_path(text, Direction::forward);
}

LocalPartParts split_detail(std::string_view local_part, std::string_view separators) {
  const auto at = local_part.find_first_of(separators);
  if (at == std::string_view::npos || at == 0) return {.user = local_part, .detail = std::nullopt};
  return {.user = local_part.substr(0, at), .detail = local_part.substr(at + 1)};
}

std::string quote_local_part(std::string_view local_part) {
  if (is_dot_string(local_part)) return std::string(local_part);
  std::string quoted = "\"";
  for (const char c : local_part) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

}  // namespace pillarbox::mail
