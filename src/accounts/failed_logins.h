// How often one address failed to log in of late. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace pillarbox::accounts {

class FailedLogins {
 public:
  struct Limits {
    std::uint32_t per_minute;
    std::uint32_t per_day;
  };

  // How many more may fail now, so that no minute and no day ever sees more than its limit.
  std::uint32_t left(Limits limits, Time now) const;
  // What is beyond a day's limit isn't kept.
  void add(Limits limits, Time now);

 private:
  // Seconds since 1970, rounded up so that none is forgotten early. At most a day's limit of them.
  std::vector<std::uint32_t> times_;
};

}  // namespace pillarbox::accounts
