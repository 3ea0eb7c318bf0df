#include "relay/wire.h"

#include <algorithm>

#include "base/text.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

using Why = Broken::Why;

// What the handlers of exceptions below make of them.
Broken broken_by(const net::ConversationOver& over) {
  const std::string text = escape_controls(over.what());
  if (dynamic_cast<const net::Timeout*>(&over) != nullptr) return {Why::timed_out, text};
  if (dynamic_cast<const net::Shutdown*>(&over) != nullptr) return {Why::shut_down, text};
  if (dynamic_cast<const net::TlsFailed*>(&over) != nullptr) return {Why::tls, text};
  return {Why::closed, text};
}

}  // namespace

Task<Heard<void>> Wire::flush(Milliseconds timeout) {
  if (output_.empty()) co_return Heard<void>();
  stream_->set_timeout(timeout);
  try {
    co_await stream_->write(output_);
  } catch (const net::ConversationOver& over) {
    co_return std::unexpected(broken_by(over));
  }
  output_.clear();
  if (output_.capacity() > limits::kept_output) std::string().swap(output_);
  co_return Heard<void>();
}

Task<Heard<smtp::Reply>> Wire::reply(Milliseconds timeout) {
  auto flushed = co_await flush(timeout);
  if (!flushed) co_return std::unexpected(std::move(flushed).error());
  const Time start = clock_.now();
  for (;;) {
    std::string_view pending = std::string_view(input_).substr(begin_);
    auto taken = reader_.take(pending);
    begin_ = input_.size() - pending.size();
    if (!taken) co_return std::unexpected(Broken{Why::nonsense, std::string(describe(taken.error()))});
    if (*taken) co_return **std::move(taken);
    input_.clear();
    begin_ = 0;
    const auto left = timeout - (clock_.now() - start);
    stream_->set_timeout(std::max(left, Milliseconds(1)));
    try {
      co_await stream_->read_some(input_, limits::read_bytes);
    } catch (const net::ConversationOver& over) {
      co_return std::unexpected(broken_by(over));
    }
  }
}

Task<std::optional<smtp::Reply>> Wire::last_words(Milliseconds timeout) {
  output_.clear();  // it couldn't be sent
  auto said = co_await reply(timeout);
  if (!said) co_return std::nullopt;
  co_return *std::move(said);
}

Task<Heard<void>> Wire::start_tls(const net::TlsClient& client, net::TlsPeer peer, Milliseconds timeout) {
  input_.clear();
  begin_ = 0;
  reader_ = {};
  stream_->set_timeout(timeout);
  try {
    co_await stream_->start_tls(client, std::move(peer));
  } catch (const net::ConversationOver& over) {
    co_return std::unexpected(broken_by(over));
  }
  co_return Heard<void>();
}

Task<bool> Wire::rest(Milliseconds timeout) {
  if (begin_ < input_.size() || reader_.is_amid()) co_return false;
  stream_->set_timeout(timeout);
  input_.clear();
  begin_ = 0;
  try {
    co_await stream_->read_some_or_wake(input_, limits::read_bytes);
  } catch (const net::ConversationOver&) {
    co_return false;
  }
  co_return input_.empty();
}

}  // namespace pillarbox::relay
