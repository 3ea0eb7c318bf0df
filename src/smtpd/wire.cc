#include "smtpd/wire.h"

#include <algorithm>
#include <optional>

#include "proto/smtp/command.h"

namespace pillarbox::smtpd {
namespace {

constexpr std::size_t max_gathered = 16 << 10;
// What a session may keep for input while it waits for a command; a message had more.
constexpr std::size_t max_idle_input = 16 << 10;

}  // namespace

Task<void> Wire::flush() {
  if (output_.empty()) co_return;
  co_await stream_.write(output_);
  output_.clear();
}

Task<void> Wire::flush_if_large() {
  if (output_.size() > max_gathered) co_await flush();
}

Task<void> Wire::read_more(std::chrono::milliseconds timeout, std::size_t most) {
  // Whoever has used up his time gets this and no more: bytes that are here already still count.
  stream_.set_timeout(std::max(timeout, std::chrono::milliseconds(1)));
  co_await flush();
  input_.erase(0, begin_);
  begin_ = 0;
  const std::size_t asked = std::min(most, read_size_);
  const std::size_t before = input_.size();
  co_await stream_.read_some(input_, asked);
  // Who fills the buffer is sending a large message: fewer and larger reads from here on.
  if (input_.size() - before == read_size_) read_size_ = std::min(2 * read_size_, max_read);
}

Task<std::expected<std::string_view, smtp::LineError>> Wire::read_line(LineLimits limits) {
  co_return co_await read_limited(limits);
}

Task<std::expected<std::string_view, smtp::LineError>> Wire::read_auth_line(LineLimits limits) {
  limits.command_line = limits.auth_line;
  co_return co_await read_limited(limits);
}

Task<std::expected<std::string_view, smtp::LineError>> Wire::read_limited(LineLimits limits) {
  std::optional<Time> start;
  for (;;) {
    const std::size_t limit = smtp::is_auth(pending()) ? limits.auth_line : limits.command_line;
    const auto line = lines_.next(pending(), limit);
    if (!line) co_return std::unexpected(line.error());
    if (*line) {
      const std::string_view text = (*line)->text;
      consume((*line)->size);
      co_return text;
    }
    if (pending().empty() && input_.capacity() > max_idle_input) {
      std::string().swap(input_);
      begin_ = 0;
    }
    // The line as a whole has a deadline, not each of its bytes.
    auto left = limits.timeout;
    if (start) {
      left -= clock_.now() - *start;
    } else {
      start = clock_.now();
    }
    co_await read_more(left);
  }
}

void Wire::discard_input() {
  input_.clear();
  begin_ = 0;
  lines_ = {};
}

void Wire::wipe_consumed() {
  volatile char* bytes = input_.data();
  for (std::size_t i = 0; i < begin_; ++i) bytes[i] = 0;
}

}  // namespace pillarbox::smtpd
