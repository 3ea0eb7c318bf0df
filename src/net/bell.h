// Where one coroutine waits for a word from anywhere, such as another thread's session, but not for ever.
#pragma once

#include <chrono>
#include <memory>

#include "base/task.h"

namespace pillarbox::net {

class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  // From any thread. It has rung from then on.
  void ring();

  // Until it has rung; false if `at_most` passed first. The bell may go while somebody waits only together
  // with the waiting coroutine. Requires: nobody else waits.
  Task<bool> wait_for(std::chrono::milliseconds at_most);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with what ring() sends to the waiting thread
};

}  // namespace pillarbox::net
