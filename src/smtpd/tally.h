// Counts what a peer gets wrong, and says when it is enough. Pure.
#pragma once

#include <cstdint>

#include "proto/smtp/command.h"
#include "proto/smtp/reply.h"
#include "smtpd/settings.h"

namespace pillarbox::smtpd {

class Tally {
 public:
  enum class Stress { calm, stressed };
  enum class Verdict {
    go_on,
    slow_down,  // answer, but later
    too_many_errors,
    too_much_junk,
    too_many_refused_recipients,
  };

  // After each command: `command` is nullptr for a line that is none.
  Verdict saw(const smtp::Command* command, const smtp::Reply& reply, const Settings& settings,
              Stress stress);

  // Whoever delivers a message that we take is forgiven.
  void forgive() { *this = Tally(); }

 private:
  std::uint32_t errors_ = 0;
  std::uint32_t junk_ = 0;
  std::uint32_t refused_recipients_ = 0;
};

}  // namespace pillarbox::smtpd
