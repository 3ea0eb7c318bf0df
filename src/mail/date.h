// Dates of header fields (RFC 5322 §3.3, §4.3).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace pillarbox::mail {

struct Date {
  std::chrono::sys_seconds time;  // the moment
  std::chrono::minutes offset{
      0};  // of the zone it was written in, east of Greenwich; 0 where that isn't known

  // The day as written, which is what SEARCH SENTON goes by (RFC 3501 §6.4.4).
  std::chrono::year_month_day day() const {
    return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time + offset));
  }

  friend bool operator==(const Date&, const Date&) = default;
};

// Reads a whole field value. The day of the week may lie or be missing, comments stand anywhere, years have
// two to four digits, zones are numbers or the names of §4.3, a month may be a number, and what follows the
// zone is ignored. Nothing for what is no date: 30 Feb, 25:00, a year before 1900 or after 9999.
std::optional<Date> parse_date(std::string_view value);

// "Fri, 20 Nov 2026 08:53:11 +0000", as Date and Received want it.
std::string format_date(Time time, std::chrono::minutes offset = std::chrono::minutes(0));

}  // namespace pillarbox::mail
