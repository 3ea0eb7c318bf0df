#include "app/events.h"

#include <csignal>
#include <utility>

namespace pillarbox::app {
namespace {

// Ends the thread that takes signals, when sent by the destructor; from others it means nothing.
constexpr int end_signal = SIGUSR1;

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, end_signal}) sigaddset(&set, number);
  return set;
}

}  // namespace

Events::Events() {
  const sigset_t set = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of the write
  signals_ = std::jthread([this] { take_signals(); });
}

Events::~Events() {
  is_ending_ = true;
  ::pthread_kill(signals_.native_handle(), end_signal);
}

void Events::take_signals() {
  const sigset_t set = our_signals();
  for (;;) {
    int number = 0;
    if (::sigwait(&set, &number) != 0) continue;
    if (is_ending_) return;
    if (number == end_signal) continue;
    if (number == SIGHUP) {
      push(ReloadEvent{});
    } else {
      push(StopEvent{number});
    }
  }
}

void Events::push(Event event) {
  const std::scoped_lock lock(mutex_);
  events_.push_back(std::move(event));
  arrived_.notify_one();
}

Event Events::pop() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return !events_.empty(); });
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace pillarbox::app
