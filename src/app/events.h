// What the main thread waits for: signals, and what commands ask of it through the control socket.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <expected>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace pillarbox::app {

struct StopEvent {
  int signal;
};
// The statements whose change takes effect at the next start only, or why the new file was refused.
using Reloaded = std::expected<std::vector<std::string>, std::string>;
struct ReloadEvent {
  std::function<void(Reloaded)> done;  // may be empty
};
// Something that only the main thread may do.
struct CallEvent {
  std::function<void()> call;
};
using Event = std::variant<StopEvent, ReloadEvent, CallEvent>;

// Construct it before any other thread begins: it blocks SIGTERM, SIGINT and SIGHUP for this one and those it
// starts, and takes them itself.
class Events {
 public:
  Events();
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // From any thread.
  void push(Event event);
  // Waits for the next.
  Event pop();

 private:
  void take_signals();

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Event> events_;
  std::atomic<bool> is_ending_ = false;
  std::jthread signals_;
};

}  // namespace pillarbox::app
