#include "smtpd/session.h"

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.h"
#include "smtpd/order.h"
#include "smtpd/replies.h"

namespace pillarbox::smtpd {
namespace {

// For a last word to a peer that may not be listening any more.
constexpr std::chrono::seconds farewell_timeout{5};
// How long and how much a lingering session reads before it closes for good.
constexpr std::chrono::seconds linger_silence{2};
constexpr std::chrono::seconds linger_time{30};

Reply too_much(Tally::Verdict verdict) {
  if (verdict == Tally::Verdict::too_much_junk) return replies::too_much_junk();
  if (verdict == Tally::Verdict::too_many_refused_recipients) return replies::too_many_refused_recipients();
  return replies::too_many_errors();
}

}  // namespace

Task<void> serve(std::unique_ptr<net::Stream> stream, std::shared_ptr<const Door> door) {
  Session session(*stream, *door);
  co_await session.run();
}

std::string no_room(std::string_view hostname) {
  std::string bytes;
  smtp::write(replies::no_room(hostname), bytes);
  return bytes;
}

Session::Session(net::Stream& stream, const Door& door)
    : listener_(door.listener),
      settings_(door.settings),
      services_(door.services),
      stream_(stream),
      wire_(stream, door.services.clock) {}

Task<void> Session::run() {
  std::optional<Reply> farewell;
  std::exception_ptr over;
  try {
    co_await converse();
  } catch (const net::Shutdown&) {
    farewell = replies::shutting_down();
    over = std::current_exception();
  } catch (const net::Timeout&) {
    farewell = replies::timed_out();
    over = std::current_exception();
  }
  if (farewell) {
    // In the middle of a handshake it would be noise, and a peer that doesn't read won't read this.
    if (!state_.starts_tls && !wire_.has_output()) {
      stream_.set_timeout(farewell_timeout);
      wire_.send(*farewell);
      co_await wire_.flush();
    }
    std::rethrow_exception(over);
  }
  if (state_.closing == State::Closing::lingering) co_await linger();
}

Task<void> Session::converse() {
  wire_.send(co_await open());
  while (state_.closing == State::Closing::no) {
    const auto line = co_await wire_.read_line(line_limits());
    if (!line) {
      state_.closing = State::Closing::yes;
      wire_.send(replies::of(line.error()));
      break;
    }
    wire_.send(co_await answer(*line));
    if (state_.starts_tls) co_await start_tls();
    co_await wire_.flush_if_large();
  }
  stream_.set_timeout(command_timeout());
  co_await wire_.flush();
}

Task<Reply> Session::answer(std::string_view line) {
  const auto command = smtp::parse_command(line);
  Reply reply;
  if (command) {
    reply = co_await answer(*command);
  } else {
    using enum smtp::SyntaxError::Kind;
    const auto kind = command.error().kind;
    // A browser's request goes on with lines that its page's author chose; an unknown chunk goes on for who
    // knows how long. Neither may be read as commands.
    if (kind == other_protocol || kind == bad_chunk_size) state_.closing = State::Closing::yes;
    reply = replies::of(command.error());
  }
  co_await judge(command ? &*command : nullptr, reply);
  co_return reply;
}

Task<Reply> Session::answer(const smtp::Command& command) {
  if (auto refusal = refuse(command, state_, listener_, settings_)) {
    if (const auto* bdat = std::get_if<smtp::Bdat>(&command)) co_await swallow_chunk(bdat->size);
    co_return *std::move(refusal);
  }
  auto handle = [this](const auto& c) { return on(c); };
  co_return co_await std::visit(handle, command);
}

// Counts what went wrong; slows down and shows the door.
Task<void> Session::judge(const smtp::Command* command, Reply& reply) {
  const auto stress = is_stressed() ? Tally::Stress::stressed : Tally::Stress::calm;
  const auto verdict = tally_.saw(command, reply, settings_, stress);
  if (verdict == Tally::Verdict::slow_down) {
    co_await wire_.flush();
    co_await stream_.pause(settings_.error_delay);
  } else if (verdict != Tally::Verdict::go_on) {
    log::info("smtpd", "{}: dropped: {} {}", stream_.peer().text(), reply.code, reply.text);
    reply = too_much(verdict);
  }
  if (reply.code == 421 && state_.closing == State::Closing::no) state_.closing = State::Closing::yes;
}

Task<void> Session::linger() {
  const Time start = services_.clock.now();
  try {
    for (std::uint64_t read = 0; read < settings_.max_message_size;) {
      wire_.discard_input();
      co_await wire_.read_more(linger_silence);
      read += wire_.pending().size();
      if (services_.clock.now() - start > linger_time) co_return;
    }
  } catch (const net::Timeout&) {
  } catch (const net::Closed&) {
  }
}

std::chrono::milliseconds Session::command_timeout() const {
  return is_stressed() ? settings_.command_timeout_under_stress : settings_.command_timeout;
}

Wire::LineLimits Session::line_limits() const {
  std::chrono::milliseconds timeout = command_timeout();
  if (!state_.has_begun) timeout = std::min<std::chrono::milliseconds>(timeout, settings_.idle_timeout);
  return {
      .command_line = settings_.max_command_line, .auth_line = settings_.max_auth_line, .timeout = timeout};
}

}  // namespace pillarbox::smtpd
