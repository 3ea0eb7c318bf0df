#include "load/histogram.h"

namespace pillarbox::bench {

std::size_t Histogram::bucket_of(std::uint64_t nanoseconds) {
  if (nanoseconds < steps) return nanoseconds;
  const auto shift = static_cast<std::size_t>(std::bit_width(nanoseconds)) - 5;
  return (shift + 1) * steps + (nanoseconds >> shift) - steps;
}

void Histogram::add(Clock::duration latency) {
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(latency).count();
  ++buckets_[bucket_of(nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds))];
  ++count_;
}

double Histogram::microseconds(double quantile) const {
  const auto wanted = static_cast<std::uint64_t>(quantile * static_cast<double>(count_));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen <= wanted) continue;
    if (i < steps) return static_cast<double>(i) / 1000;
    const std::size_t shift = i / steps - 1;
    return static_cast<double>((i % steps + steps) << shift) / 1000;
  }
  return 0;
}

}  // namespace pillarbox::bench
