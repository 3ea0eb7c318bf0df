#include "os/delivery_result.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace pillarbox::os {

DeliveryResult failure_of(std::string_view what, const std::string& path, int code) {
  std::string diagnostic = fmt::format("{} {}: {}", what, path, std::strerror(code));
  switch (code) {
    case ENOSPC:
    case EDQUOT: return {DeliveryResult::Kind::deferred, "4.2.2", std::move(diagnostic)};
    case EFBIG: return {DeliveryResult::Kind::failed, "5.2.2", std::move(diagnostic)};
    case ELOOP:
      return {DeliveryResult::Kind::failed, "5.2.0",
              std::move(diagnostic) + "; mail is never written through a symbolic link"};
    case ENAMETOOLONG: return {DeliveryResult::Kind::failed, "5.2.0", std::move(diagnostic)};
    // Permissions, missing folders and the like are an admin's to mend, so the mail waits for that.
    default: return {DeliveryResult::Kind::deferred, "4.3.0", std::move(diagnostic)};
  }
}

}  // namespace pillarbox::os
