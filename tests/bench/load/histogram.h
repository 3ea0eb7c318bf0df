// Latencies in buckets: one for each sixteenth of a power of two, so a quantile is right to about 6 %.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pillarbox::bench {

using Clock = std::chrono::steady_clock;

class Histogram {
 public:
  void add(Clock::duration latency);

  // The latency that a share `quantile` (0 to 1) of all stayed under, in microseconds; 0 when there were
  // none.
  double microseconds(double quantile) const;

  std::uint64_t count() const { return count_; }

 private:
  static constexpr std::size_t steps = 16;
  static std::size_t bucket_of(std::uint64_t nanoseconds);

  std::array<std::uint64_t, 64 * steps> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace pillarbox::bench
