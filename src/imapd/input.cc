#include "imapd/input.h"

#include <algorithm>

namespace pillarbox::imapd {

std::optional<imap::Event> Input::take() {
  while (used_ < bytes_.size()) {
    auto [consumed, event] = reader_.feed(std::string_view(bytes_).substr(used_));
    used_ += consumed;
    if (std::holds_alternative<imap::event::NeedMore>(event)) continue;
    if (std::holds_alternative<imap::event::Continue>(event)) {
      imap::write_continuation(out_.text(), "OK");
      continue;
    }
    const auto* message = std::get_if<imap::event::MessageBytes>(&event);
    at_once_ = message != nullptr && message->remaining > 0 ? message_read_at_once : read_at_once;
    return std::move(event);
  }
  return std::nullopt;
}

Task<void> Input::prepare_to_wait() {
  used_ = 0;
  bytes_ = std::string();
  co_await out_.flush();
  out_.release();
  reader_.release();
  std::chrono::milliseconds timeout = patience_;
  if (deadline_) timeout = std::max(std::chrono::milliseconds(1), *deadline_ - clock_.now());
  stream_.set_timeout(timeout);
}

Task<imap::Event> Input::next() {
  for (;;) {
    if (auto event = take()) co_return *std::move(event);
    co_await prepare_to_wait();
    co_await stream_.read_some(bytes_, at_once_);
  }
}

Task<std::optional<imap::Event>> Input::next_or_wake() {
  for (;;) {
    if (auto event = take()) co_return event;
    co_await prepare_to_wait();
    co_await stream_.read_some_or_wake(bytes_, at_once_);
    if (bytes_.empty()) co_return std::nullopt;
  }
}

void Input::set_patience(std::chrono::milliseconds patience) {
  patience_ = patience;
  deadline_.reset();
}

void Input::clear() {
  bytes_ = std::string();
  used_ = 0;
  reader_.clear();
}

}  // namespace pillarbox::imapd
