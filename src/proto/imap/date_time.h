// IMAP's `date-time` (INTERNALDATE, APPEND) and `date` (SEARCH), RFC 3501 §9.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pillarbox::imap {

using Date = std::chrono::year_month_day;

inline constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// A moment and the zone it is to be shown in.
struct DateTime {
  std::chrono::sys_seconds moment{};
  std::int16_t zone_minutes = 0;  // east of Greenwich, -1439 to 1439
  friend bool operator==(const DateTime&, const DateTime&) = default;
};

// `date-text`, such as 1-Feb-1994, without quotes. Days that don't exist (31-Feb) are refused.
std::optional<Date> parse_date(std::string_view text);

// What stands between the quotes of a `date-time`: ` 1-Feb-1994 21:52:25 -0800`. The day is a space and a
// digit or two digits; a lone digit is taken too, since clients send it. Second 60 is taken as 59.
std::optional<DateTime> parse_date_time(std::string_view text);

}  // namespace pillarbox::imap
