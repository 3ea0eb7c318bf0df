// The bytes of a session, both ways: lines and message text out of what was read, replies gathered until
// somebody has to wait. So a group of pipelined commands is read at once and answered with one write (RFC
// 2920).
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "net/stream.h"
#include "proto/smtp/line_reader.h"
#include "proto/smtp/reply.h"

namespace pillarbox::smtpd {

class Wire {
 public:
  // How long a line may be, its CRLF included, and how long it may take to arrive whole.
  struct LineLimits {
    std::size_t command_line;
    std::size_t auth_line;
    std::chrono::milliseconds timeout;
  };

  Wire(net::Stream& stream, const Clock& clock) : stream_(stream), clock_(clock) {}

  net::Stream& stream() { return stream_; }

  // The reply leaves with the next flush(), which every wait for input begins with.
  void send(const smtp::Reply& reply) { smtp::write(reply, output_); }
  Task<void> flush();
  bool has_output() const { return !output_.empty(); }
  // As flush() if so much has gathered that memory asks for it.
  Task<void> flush_if_large();

  // The next command line, without its CRLF; the view lives until the next call of a member. Throws
  // net::Timeout.
  Task<std::expected<std::string_view, smtp::LineError>> read_line(LineLimits limits);
  // The same for the lines of an AUTH exchange.
  Task<std::expected<std::string_view, smtp::LineError>> read_auth_line(LineLimits limits);

  // Read and not yet consumed.
  std::string_view pending() const { return std::string_view(input_).substr(begin_); }
  void consume(std::size_t bytes) { begin_ += bytes; }
  // Waits for more of it, at least one byte; at most `most` are read. A timeout that isn't positive counts as
  // 1 ms.
  Task<void> read_more(std::chrono::milliseconds timeout, std::size_t most = max_read);
  void discard_input();
  // Overwrites what was consumed, which may hold a password.
  void wipe_consumed();

  static constexpr std::size_t max_read = 64 << 10;

 private:
  Task<std::expected<std::string_view, smtp::LineError>> read_limited(LineLimits limits);

  net::Stream& stream_;
  const Clock& clock_;
  smtp::LineReader lines_;
  std::string input_;
  std::size_t begin_ = 0;  // of what isn't consumed
  std::size_t read_size_ = 8 << 10;
  std::string output_;
};

}  // namespace pillarbox::smtpd
