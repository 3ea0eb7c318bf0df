// The bytes of a conversation with a server: commands gathered until somebody waits for a reply, replies one
// by one. What a stream throws ends here: whoever talks gets a reply, or why there is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "net/stream.h"
#include "proto/smtp/reply_reader.h"

namespace pillarbox::relay {

// Why a conversation can't go on.
struct Broken {
  enum class Why : std::uint8_t {
    closed,     // by the server
    timed_out,  // it didn't answer, or didn't take what we sent
    nonsense,   // what it said is no reply
    tls,        // no handshake, or not with whom it should be
    shut_down,  // we are stopping
  };
  Why why = Why::closed;
  std::string text;  // in words, escaped: "connection closed by peer"
};

template <class T>
using Heard = std::expected<T, Broken>;

class Wire {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // `clock` measures how long a reply may take as a whole, however it drips.
  Wire(std::unique_ptr<net::Stream> stream, const Clock& clock) : stream_(std::move(stream)), clock_(clock) {}

  net::Stream& stream() { return *stream_; }

  // Leaves with the next wait; commands with their CRLF.
  void send(std::string_view bytes) { output_ += bytes; }
  std::string& output() { return output_; }
  Task<Heard<void>> flush(Milliseconds timeout);

  // The next reply, after all output has left.
  Task<Heard<smtp::Reply>> reply(Milliseconds timeout);
  // One that was under way when writing failed: nothing if there is none.
  Task<std::optional<smtp::Reply>> last_words(Milliseconds timeout);

  // Forgets what was read before (RFC 3207 §4.2).
  Task<Heard<void>> start_tls(const net::TlsClient& client, net::TlsPeer peer, Milliseconds timeout);

  // Waits for a wakeup(): true then. False when the server said anything, closed, or the time is up.
  Task<bool> rest(Milliseconds timeout);

 private:
  std::unique_ptr<net::Stream> stream_;
  const Clock& clock_;
  smtp::ReplyReader reader_;
  std::string input_;
  std::size_t begin_ = 0;  // of what isn't read yet
  std::string output_;
};

}  // namespace pillarbox::relay
