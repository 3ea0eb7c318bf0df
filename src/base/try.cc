#include "base/try.h"

#include <cstdio>
#include <cstdlib>

namespace pillarbox {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "pillarbox: bug: %s is false at %s:%d. Please report this with the log before it.\n",
               condition, file, line);
  std::abort();
}

}  // namespace pillarbox
