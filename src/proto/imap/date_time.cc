#include "proto/imap/date_time.h"

#include <algorithm>

#include "base/text.h"

namespace pillarbox::imap {
namespace {

// Takes between `least` and `most` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  int value = 0;
  for (; digits < std::min(most, text.size()) && is_ascii_digit(text[digits]); ++digits) {
    value = value * 10 + (text[digits] - '0');
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::month> take_month(std::string_view& text) {
  for (unsigned i = 0; i < month_names.size(); ++i) {
    if (text.size() < 3 || !equals_ignoring_case(text.substr(0, 3), month_names[i])) continue;
    text.remove_prefix(3);
    return std::chrono::month{i + 1};
  }
  return std::nullopt;
}

std::optional<Date> take_date(std::string_view& text) {
  const auto day = take_digits(text, 1, 2);
  if (!day || !take(text, '-')) return std::nullopt;
  const auto month = take_month(text);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto year = take_digits(text, 4, 4);
  if (!year) return std::nullopt;
  const Date date{std::chrono::year{*year}, *month, std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<std::chrono::seconds> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2, 2);
  if (!second || *second > 60) return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{std::min(*second, 59)};
}

std::optional<std::int16_t> take_zone(std::string_view& text) {
  const bool is_west = text.starts_with('-');
  if (!is_west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2, 2);
  const auto minutes = take_digits(text, 2, 2);
  if (!hours || *hours > 23 || !minutes || *minutes > 59) return std::nullopt;
  const int east = *hours * 60 + *minutes;
  return static_cast<std::int16_t>(is_west ? -east : east);
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  take(text, ' ');
  const auto date = take_date(text);
  if (!date || !take(text, ' ')) return std::nullopt;
  const auto time = take_time(text);
  if (!time || !take(text, ' ')) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return DateTime{std::chrono::sys_days{*date} + *time - std::chrono::minutes{*zone}, *zone};
}

}  // namespace pillarbox::imap
