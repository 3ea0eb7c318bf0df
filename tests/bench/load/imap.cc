#include "load/imap.h"

#include <charconv>

#include "load/json.h"

namespace pillarbox::bench {
namespace {

// The size of the literal announced at the end of a line, or 0.
std::size_t literal_at_end(std::string_view line) {
  if (line.empty() || line.back() != '}') return 0;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return 0;
  std::size_t bytes = 0;
  std::from_chars(line.data() + open + 1, line.data() + line.size() - 1, bytes);
  return bytes;
}

Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

Target::Security security_of(const Options& options) {
  return options.tls ? Target::Security::tls : Target::Security::clear;
}

}  // namespace

ImapRun::ImapRun(const Options& what)
    : options(what), target(what.host.c_str(), what.port, security_of(what), what.sources) {}

bool ImapRun::in_time() const {
  return options.seconds <= 0 || Clock::now() < began + to_duration(options.seconds);
}

double ImapRun::seconds_since_start() const {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

Clock::time_point ImapRun::deadline() const { return began + to_duration(options.limit); }

void ImapRun::note_error(std::string_view what) {
  ++errors;
  if (first_error.empty()) first_error = what;
}

std::string ImapRun::common_json() const {
  return fmt::format(R"("errors":{},"first_error":"{}")", errors, json_escaped(first_error));
}

bool is_ok(std::string_view tagged_line) {
  const auto space = tagged_line.find(' ');
  return space != std::string_view::npos && tagged_line.substr(space + 1, 2) == "OK";
}

ImapSession::ImapSession(ImapRun& run, unsigned user, std::size_t input_bytes)
    : Connection(run.loop, run.target, input_bytes), run_(run), user_(user) {
  command_.reserve(256);
}

void ImapSession::begin() {
  state_ = State::greeting;
  within_response_ = false;
  open();
}

void ImapSession::on_end() {
  if (state_ != State::logout) run_.note_error("connection lost");
  on_finished();
}

void ImapSession::log_out() {
  state_ = State::logout;
  command("LOGOUT");
}

void ImapSession::on_logged_in() {
  state_ = State::select;
  command("SELECT {}", run_.options.mailbox);
}

void ImapSession::on_line(std::string_view line) {
  const bool goes_on = within_response_;
  const std::size_t literal = literal_at_end(line);
  within_response_ = literal > 0;
  if (literal > 0) skip(literal);
  if (goes_on) return;

  if (state_ == State::greeting) {
    state_ = State::login;
    return command("LOGIN {}{:04} {}", run_.options.prefix, user_, run_.options.password);
  }
  if (line.starts_with("* ")) {
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(line.data() + 2, line.data() + line.size(), number);
    const std::string_view rest = line.substr(static_cast<std::size_t>(parsed.ptr - line.data()));
    if (rest.starts_with(" FETCH")) {
      ++fetched_;
    } else if (rest == " EXISTS") {
      exists_ = number;
    } else {
      on_untagged(line);
    }
    return;
  }
  if (line.starts_with("+")) return on_continue();

  if (!is_ok(line)) run_.note_error(line);
  switch (state_) {
    case State::login:
      if (!is_ok(line)) return log_out();
      state_ = State::own;
      return on_logged_in();
    case State::select:
      if (!is_ok(line)) return log_out();
      state_ = State::own;
      return on_selected();
    case State::own: return on_tagged(line);
    case State::greeting:
    case State::logout: return;
  }
}

}  // namespace pillarbox::bench
