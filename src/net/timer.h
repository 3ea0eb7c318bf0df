// Waiting for time to pass, for background work. Sessions use Stream::pause, which their peer and a shutdown
// can end.
#pragma once

#include <chrono>

#include "base/task.h"

namespace pillarbox::net {

Task<void> sleep_for(std::chrono::milliseconds duration);

}  // namespace pillarbox::net
