#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "load/connection.h"
#include "load/json.h"
#include "load/message.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

// What all connections share: the work that is left and what came of it.
struct Work {
  const Options& options;
  const MessageMaker& messages;
  Loop& loop;
  Clock::time_point stop_at;
  std::vector<std::string> rcpt_lines;  // one for each user, made beforehand

  std::uint64_t started = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t errors = 0;
  std::string first_error;
  unsigned open = 0;
  Clock::time_point last_acknowledged{};
  Histogram latency;  // from MAIL to the 250 at the end of data

  bool more() const {
    if (options.count > 0 && started >= options.count) return false;
    return options.seconds <= 0 || Clock::now() < stop_at;
  }
};

// RFC 5321's dialogue as a sending MTA holds it: MAIL, RCPT and DATA in one write where PIPELINING (RFC 2920)
// allows it, the message when 354 came, the next message when 250 came.
class SmtpSession : public Connection {
 public:
  SmtpSession(Loop& loop, Target& target, Work& work) : Connection(loop, target, 4096), work_(work) {
    begin();
  }

 private:
  enum class State { greeting, ehlo, mail, rcpt, data, text, rset, quit, ended };

  void begin() {
    state_ = State::greeting;
    sent_here_ = 0;
    pipelining_ = false;
    ++work_.open;
    open();
  }

  void on_end() override {
    --work_.open;
    if (state_ != State::quit) note_error("connection lost");
    state_ = State::ended;
    const bool hopeless = work_.errors > 1000 && work_.acknowledged == 0;
    if (work_.more() && !hopeless) return begin();
    if (work_.open == 0) work_.loop.stop();
  }

  void note_error(std::string_view what) {
    ++work_.errors;
    if (work_.first_error.empty()) work_.first_error = what;
  }

  void on_line(std::string_view line) override {
    if (state_ == State::ehlo && line.substr(0, 14) == "250-PIPELINING")
      pipelining_ = work_.options.pipelining;
    if (state_ == State::ehlo && line == "250 PIPELINING") pipelining_ = work_.options.pipelining;
    const bool continued = line.size() > 3 && line[3] == '-';
    if (continued) return;
    const char digit = line.empty() ? '0' : line[0];
    switch (state_) {
      case State::greeting:
        if (digit != '2') return refuse(line);
        state_ = State::ehlo;
        return send({"EHLO sender.example\r\n"});
      case State::ehlo:
        if (digit != '2') return refuse(line);
        return next_message();
      case State::rset: return next_message();
      case State::mail:
        if (digit != '2') note_error(line);
        state_ = State::rcpt;
        replies_left_ = work_.options.recipients;
        if (!pipelining_) send_rcpt();
        return;
      case State::rcpt:
        if (digit != '2') note_error(line);
        if (--replies_left_ > 0) return pipelining_ ? void() : send_rcpt();
        state_ = State::data;
        if (!pipelining_) send({"DATA\r\n"});
        return;
      case State::data:
        if (digit != '3') {
          note_error(line);
          state_ = State::rset;
          return send({"RSET\r\n"});
        }
        state_ = State::text;
        return send({{head_.data(), head_.size()}, work_.messages.rest(), ".\r\n"});
      case State::text: {
        if (digit != '2') {
          note_error(line);
          return next_message();
        }
        const auto now = Clock::now();
        work_.latency.add(now - began_);
        work_.last_acknowledged = now;
        ++work_.acknowledged;
        return next_message();
      }
      case State::quit:
      case State::ended: return;
    }
  }

  void refuse(std::string_view line) {
    note_error(line);
    state_ = State::quit;
    close();
  }

  void next_message() {
    const bool used_up = work_.options.per_connection > 0 && sent_here_ >= work_.options.per_connection;
    if (used_up || !work_.more()) {
      state_ = State::quit;
      return send({"QUIT\r\n"});
    }
    number_ = work_.started++;
    ++sent_here_;
    began_ = Clock::now();
    work_.messages.write_head(head_, number_);
    state_ = State::mail;
    rcpt_ = 0;
    if (!pipelining_) return send({mail_line_});
    if (work_.options.recipients == 1) return send({mail_line_, next_rcpt(), "DATA\r\n"});
    together_.clear();
    for (unsigned i = 0; i < work_.options.recipients; ++i) together_ += next_rcpt();
    send({mail_line_, together_, "DATA\r\n"});
  }

  std::string_view next_rcpt() {
    return work_.rcpt_lines[(number_ * work_.options.recipients + rcpt_++) % work_.rcpt_lines.size()];
  }

  void send_rcpt() { send({next_rcpt()}); }

  Work& work_;
  State state_ = State::greeting;
  bool pipelining_ = false;
  unsigned sent_here_ = 0;
  unsigned replies_left_ = 0;
  unsigned rcpt_ = 0;
  std::uint64_t number_ = 0;
  Clock::time_point began_{};
  MessageMaker::Head head_{};
  std::string mail_line_ =
      fmt::format("MAIL FROM:<johanna@sender.example> SIZE={}\r\n", work_.messages.size());
  std::string together_;
};

}  // namespace

int run_smtp(const Options& options) {
  const MessageMaker messages(options.size, MessageMaker::Body::text);
  using enum Target::Security;
  Target target(options.host.c_str(), options.port, options.tls ? tls : clear, options.sources);
  Loop loop;
  const auto began = Clock::now();
  const auto after = [began](double seconds) {
    return began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  };
  Work work{.options = options, .messages = messages, .loop = loop, .stop_at = after(options.seconds)};
  for (unsigned user = 0; user < options.users; ++user) {
    work.rcpt_lines.push_back(fmt::format("RCPT TO:<{}{:04}@{}>\r\n", options.prefix, user, options.domain));
  }
  std::vector<std::unique_ptr<SmtpSession>> sessions;
  for (unsigned i = 0; i < options.connections; ++i) {
    sessions.push_back(std::make_unique<SmtpSession>(loop, target, work));
  }
  const bool in_time = loop.run(after(options.limit));
  const double seconds = std::chrono::duration<double>(work.last_acknowledged - began).count();
  fmt::print(R"({{"mode":"smtp","acknowledged":{},"errors":{},"seconds":{:.4f},"per_second":{:.1f},)"
             R"("p50_us":{:.0f},"p99_us":{:.0f},"in_time":{},"first_error":"{}"}})"
             "\n",
             work.acknowledged, work.errors, seconds, static_cast<double>(work.acknowledged) / seconds,
             work.latency.microseconds(0.5), work.latency.microseconds(0.99), in_time,
             json_escaped(work.first_error));
  return in_time && work.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
