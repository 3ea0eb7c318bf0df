#include "accounts/failed_logins.h"

#include <algorithm>
#include <chrono>

namespace pillarbox::accounts {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t day = 24 * 60 * minute;

// Whether `then` was less than `span` seconds ago. What lies ahead is from before the clock was set right.
bool is_within(std::uint32_t then, std::int64_t now, std::int64_t span) {
  const std::int64_t ago = now - std::int64_t{then};
  return ago >= -1 && ago < span;
}

std::int64_t seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::uint32_t difference(std::uint32_t limit, std::int64_t used) {
  return used >= limit ? 0 : limit - static_cast<std::uint32_t>(used);
}

}  // namespace

std::uint32_t FailedLogins::left(Limits limits, Time now) const {
  const auto count = [this, at = seconds(now)](std::int64_t span) {
    return std::ranges::count_if(times_, [&](std::uint32_t then) { return is_within(then, at, span); });
  };
  return std::min(difference(limits.per_minute, count(minute)), difference(limits.per_day, count(day)));
}

void FailedLogins::add(Limits limits, Time now) {
  std::erase_if(times_, [at = seconds(now)](std::uint32_t then) { return !is_within(then, at, day); });
  if (times_.size() >= limits.per_day) return;
  const auto up = std::chrono::ceil<std::chrono::seconds>(now.time_since_epoch()).count();
  times_.push_back(static_cast<std::uint32_t>(up));
}

}  // namespace pillarbox::accounts
