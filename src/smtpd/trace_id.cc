#include "smtpd/trace_id.h"

#include <string_view>

namespace pillarbox::smtpd {
namespace {

// No letter that looks like a digit: ids are read out on the telephone.
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr unsigned bits = 5;
constexpr std::size_t time_digits = 9;
constexpr std::size_t counter_digits = 7;

void append_digits(std::uint64_t value, std::size_t digits, std::string& out) {
  for (std::size_t i = digits; i > 0; --i) out += alphabet[value >> (bits * (i - 1)) & 31];
}

}  // namespace

std::string TraceIds::make(Time now) {
  std::string id;
  id.reserve(time_digits + counter_digits);
  append_digits(static_cast<std::uint64_t>(now.time_since_epoch().count()), time_digits, id);
  append_digits(next_.fetch_add(1, std::memory_order_relaxed), counter_digits, id);
  return id;
}

}  // namespace pillarbox::smtpd
