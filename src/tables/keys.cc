#include "tables/keys.h"

#include <algorithm>

#include "base/text.h"
#include "mail/domain.h"
#include "mail/unicode.h"

namespace pillarbox::tables {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

std::string folded(std::string_view text) {
  return is_ascii(text) ? to_ascii_lower(text) : mail::fold_case(text);
}

std::string domain_key(std::string_view domain) {
  if (is_ascii(domain) && !domain.starts_with('[')) return to_ascii_lower(domain);
  // "*.bücher.example": the part that is a name, in the form in which names are kept.
  const auto star = domain.rfind('*');
  const std::size_t fixed = star == std::string_view::npos ? 0 : std::min(star + 2, domain.size());
  auto name = mail::parse_domain_or_literal(domain.substr(fixed));
  if (!name) return mail::fold_case(domain);
  return to_ascii_lower(domain.substr(0, fixed)) + *name;
}

std::string address_key(std::string_view local_part, std::string_view domain) {
  std::string key = folded(local_part);
  key += '@';
  key += domain_key(domain);
  return key;
}

}  // namespace pillarbox::tables
