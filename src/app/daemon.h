// Going to the background, and telling the terminal that it went well before it is let go.
#pragma once

#include <string>

#include "base/descriptor.h"

namespace pillarbox::app {

// Forks. In the child, a session leader without a terminal, the constructor returns; the parent waits for
// report() and exits with what it was told. Construct it before any thread begins.
class Daemon {
 public:
  Daemon();
  // The parent prints `failure`, unless it is empty, and exits with 0 or 1.
  void report(const std::string& failure);

 private:
  Descriptor to_parent_;
};

}  // namespace pillarbox::app
