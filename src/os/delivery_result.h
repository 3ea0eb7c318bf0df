// What became of a delivery that the operating system's own means make: files of users, and commands.
#pragma once

#include <cstdint>
#include <string>

namespace pillarbox::os {

struct DeliveryResult {
  enum class Kind : std::uint8_t { delivered, deferred, failed };
  Kind kind = Kind::deferred;
  std::string status;  // RFC 3463: "4.2.0"
  std::string
      diagnostic;  // one line that an admin understands: what happened to which file or command, and why
};

// With `code`, an errno, as the reason: deferred if it may pass by itself or by an admin's hand.
DeliveryResult failure_of(std::string_view what, const std::string& path, int code);

}  // namespace pillarbox::os
