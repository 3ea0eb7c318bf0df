#include "route/srs.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/try.h"
#include "crypto/secret.h"
#include "mail/domain.h"
#include "tables/keys.h"

namespace pillarbox::route {
namespace {

constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t hash_length = 8;
constexpr std::size_t max_local_part = 64;
constexpr std::int64_t days_in_cycle = 1'024;  // two letters of base32

// The first 40 bits of the HMAC of `text`, which is compared without case too.
std::string hash_of(std::string_view key, std::string_view text) {
  const std::string sum = crypto::hmac_sha256(key, tables::folded(text));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | static_cast<unsigned char>(sum[i]);
  std::string hash;
  for (std::size_t i = hash_length; i-- > 0;) hash += base32[bits >> (5 * i) & 31];
  return hash;
}

std::int64_t day_of(Time now) {
  return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count() & (days_in_cycle - 1);
}

std::string day_text(Time now) {
  const auto day = static_cast<std::size_t>(day_of(now));
  return {base32[day >> 5], base32[day & 31]};
}

std::optional<std::int64_t> parse_day(std::string_view text) {
  if (text.size() != 2) return std::nullopt;
  const auto high = base32.find(ascii_upper(text[0]));
  const auto low = base32.find(ascii_upper(text[1]));
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<std::int64_t>(high << 5 | low);
}

// "SRS0" or "SRS1" with its separator. Ours is "="; the other two came with other programs.
bool begins_with(std::string_view local_part, std::string_view word) {
  return local_part.size() > word.size() && starts_with_ignoring_case(local_part, word) &&
         std::string_view("=+-").contains(local_part[word.size()]);
}

// What stands before the next "=", which is taken off too.
std::optional<std::string_view> take_field(std::string_view& text) {
  const auto end = text.find('=');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return field;
}

}  // namespace

std::string_view describe(SrsError error) {
  switch (error) {
    case SrsError::malformed: return "it is no whole SRS address";
    case SrsError::forged: return "its hash isn't ours";
    case SrsError::expired: return "its time is over";
  }
  return "it can't be read";
}

bool Srs::is_srs(std::string_view local_part) {
  return begins_with(local_part, "SRS0") || begins_with(local_part, "SRS1");
}

std::optional<mail::Address> Srs::forward(const mail::Address& sender, std::string_view domain,
                                          Time now) const {
  if (sender.domain == domain || sender.domain.empty()) return std::nullopt;
  mail::Address result{.local_part = "", .domain = std::string(domain)};
  const std::string_view local_part = sender.local_part;
  std::string_view rest = local_part.substr(std::min<std::size_t>(5, local_part.size()));
  if (begins_with(local_part, "SRS0")) {
    const std::string text = fmt::format("{}={}", sender.domain, local_part.substr(4));
    result.local_part = fmt::format("SRS1={}={}", hash_of(key_, text), text);
  } else if (begins_with(local_part, "SRS1") && take_field(rest)) {
    result.local_part = fmt::format("SRS1={}={}", hash_of(key_, rest), rest);
  } else {
    const std::string text = fmt::format("{}={}={}", day_text(now), sender.domain, local_part);
    result.local_part = fmt::format("SRS0={}={}", hash_of(key_, text), text);
  }
  if (result.local_part.size() > max_local_part) return std::nullopt;
  return result;
}

bool Srs::is_ours(std::string_view hash, std::string_view text) const {
  const std::string given = to_ascii_upper(hash);
  const auto fits = [&](const std::string& key) {
    return !key.empty() && crypto::equals_in_constant_time(given, hash_of(key, text));
  };
  return fits(key_) || fits(backup_key_);
}

std::expected<mail::Address, SrsError> Srs::reverse(const mail::Address& recipient, Time now) const {
  using enum SrsError;
  std::string_view rest = recipient.local_part;
  const bool is_first = begins_with(rest, "SRS0");
  if (!is_first && !begins_with(rest, "SRS1")) return std::unexpected(malformed);
  rest.remove_prefix(5);
  const auto hash = take_field(rest);
  if (!hash) return std::unexpected(malformed);
  if (!is_ours(*hash, rest)) return std::unexpected(forged);

  std::string_view day;
  if (is_first) {
    const auto field = take_field(rest);
    if (!field) return std::unexpected(malformed);
    day = *field;
  }
  const auto host = take_field(rest);
  if (!host || rest.empty()) return std::unexpected(malformed);
  auto domain = mail::parse_domain_or_literal(*host);
  if (!domain) return std::unexpected(malformed);
  if (!is_first) {
    if (!std::string_view("=+-").contains(rest.front())) return std::unexpected(malformed);
    return mail::Address{"SRS0" + std::string(rest), *std::move(domain)};
  }
  const auto made = parse_day(day);
  if (!made) return std::unexpected(malformed);
  const std::int64_t age = (day_of(now) - *made) & (days_in_cycle - 1);
  if (age > std::chrono::ceil<std::chrono::days>(ttl_).count()) return std::unexpected(expired);
  return mail::Address{std::string(rest), *std::move(domain)};
}

}  // namespace pillarbox::route
