// What a client says, as events. Holds bytes only between their arrival and their use: a session that waits
// with nothing half read holds no buffer at all.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "imapd/responses.h"
#include "net/stream.h"
#include "proto/imap/command_reader.h"

namespace pillarbox::imapd {

class Input {
 public:
  // `out` is flushed before each wait.
  Input(net::Stream& stream, Responses& out, const Clock& clock, const imap::ReaderLimits& limits)
      : stream_(stream), out_(out), clock_(clock), reader_(limits) {}

  // The next event; NeedMore and Continue never get out of here. Its views live until the next call of any
  // member.
  Task<imap::Event> next();
  // As next(), but nothing when the stream's wakeup was notified first.
  Task<std::optional<imap::Event>> next_or_wake();

  // How long next() waits for the client, each time, or until a moment in all. Then: net::Timeout.
  void set_patience(std::chrono::milliseconds patience);
  void set_deadline(Time deadline) { deadline_ = deadline; }

  imap::CommandReader& reader() { return reader_; }

  // Whether there are bytes that weren't looked at yet: the client didn't wait for an answer.
  bool has_more() const { return used_ < bytes_.size(); }

  // Forgets all that came, for STARTTLS: what was sent in clear must not be taken for what TLS protects.
  void clear();

 private:
  // The next event in what has come.
  std::optional<imap::Event> take();
  // Gets ready to wait: what was used is forgotten, what was said is sent.
  Task<void> prepare_to_wait();

  static constexpr std::size_t read_at_once = 16 << 10;
  static constexpr std::size_t message_read_at_once = 64 << 10;

  net::Stream& stream_;
  Responses& out_;
  const Clock& clock_;
  imap::CommandReader reader_;
  std::string bytes_;
  std::size_t used_ = 0;
  std::size_t at_once_ = read_at_once;
  std::chrono::milliseconds patience_{0};
  std::optional<Time> deadline_;
};

}  // namespace pillarbox::imapd
