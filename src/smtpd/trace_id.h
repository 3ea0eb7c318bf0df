// Trace ids: the name of a message in the reply to its sender, in its Received field, in the log and in the
// queue.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace pillarbox::smtpd {

// Sixteen letters and digits: nine for the millisecond, so that ids sort by time, and seven for a counter
// that began at a random number, so that ids of two runs or two machines don't meet. May be used from any
// thread.
class TraceIds {
 public:
  explicit TraceIds(std::uint64_t random_start) : next_(random_start) {}
  std::string make(Time now);

 private:
  std::atomic<std::uint64_t> next_;
};

}  // namespace pillarbox::smtpd
