// What a session says. Everything is gathered here and sent when the session would wait for its client, or
// when it grows large: one write a batch of commands, and bounded memory however much a FETCH asks for.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/task.h"
#include "imapd/completion.h"
#include "net/stream.h"
#include "proto/imap/output.h"

namespace pillarbox::imapd {

class Responses {
 public:
  static constexpr std::size_t full_at = 64 << 10;

  Responses(net::Stream& stream, std::chrono::milliseconds write_timeout)
      : stream_(stream), write_timeout_(write_timeout) {}

  // Where the writers of proto/imap write. Whoever writes much asks is_full() in between and flushes then.
  imap::Output& text() { return text_; }
  bool is_full() const { return text_.size() >= full_at; }

  void completion(std::string_view tag, const Completion& completion);
  // `* OK [code] text`.
  void untagged_ok(std::string_view code, std::string_view text);
  // The last words of a session.
  void bye(std::string_view text);

  // Sends what is there, and lets other sessions of the thread have their turn.
  Task<void> flush();
  // Behind what was gathered, without copying: for large bodies.
  Task<void> send(std::string_view bytes);

  // A write broke off: nothing more can be said.
  bool is_stuck() const { return is_sending_; }

  // Gives the memory back. Requires: all is flushed.
  void release() { text_.release(); }

 private:
  net::Stream& stream_;
  std::chrono::milliseconds write_timeout_;
  imap::Output text_;
  bool is_sending_ = false;
};

}  // namespace pillarbox::imapd
