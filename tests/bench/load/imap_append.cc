#include <memory>
#include <vector>

#include "load/imap.h"
#include "load/message.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

struct AppendRun : ImapRun {
  using ImapRun::ImapRun;
  std::uint64_t done = 0;
  unsigned open = 0;
};

class Appender : public ImapSession {
 public:
  // Appends the messages numbered from `first` up to `end`.
  Appender(AppendRun& run, const MessageMaker& messages, unsigned user, std::uint64_t first,
           std::uint64_t end)
      : ImapSession(run, user, 16 << 10), run_(run), messages_(messages), next_(first), end_(end) {
    batch_.reserve((messages.size() + 64) * run.options.batch + 64);
    ++run_.open;
    begin();
  }

 private:
  void on_logged_in() override { command("CAPABILITY"); }
  void on_selected() override {}
  void on_untagged(std::string_view line) override {
    if (!line.starts_with("* CAPABILITY ")) return;
    multiappend_ = line.find(" MULTIAPPEND") != std::string_view::npos;
    literal_plus_ = line.find(" LITERAL+") != std::string_view::npos;
  }
  void on_tagged(std::string_view line) override {
    if (!is_ok(line)) return log_out();
    if (in_batch_ > 0) {
      const std::uint64_t stored = multiappend_ ? in_batch_ : 1;
      run_.done += stored;
      in_batch_ -= stored;
      if (in_batch_ > 0) return;
    } else if (!literal_plus_) {
      run_.note_error("the server offers no LITERAL+");
      return log_out();
    }
    next_batch();
  }
  void next_batch() {
    batch_.clear();
    MessageMaker::Head head;
    while (in_batch_ < run_.options.batch && next_ < end_ && run_.in_time()) {
      const std::uint64_t number = next_++;
      if (!multiappend_ || in_batch_ == 0) {
        if (in_batch_ > 0) batch_ += "\r\n";
        fmt::format_to(std::back_inserter(batch_), "m{} APPEND {}", number, run_.options.mailbox);
      }
      fmt::format_to(std::back_inserter(batch_), " {} {{{}+}}\r\n", number % 4 == 0 ? "()" : "(\\Seen)",
                     messages_.size());
      messages_.write_head(head, number);
      batch_.append(head.data(), head.size());
      batch_ += messages_.rest();
      ++in_batch_;
    }
    if (in_batch_ == 0) return log_out();
    batch_ += "\r\n";
    send({batch_});
  }
  void on_finished() override {
    if (--run_.open == 0) run_.loop.stop();
  }

  AppendRun& run_;
  const MessageMaker& messages_;
  std::uint64_t next_;
  std::uint64_t end_;
  std::string batch_;
  bool multiappend_ = false;
  bool literal_plus_ = false;
  std::uint64_t in_batch_ = 0;
};

}  // namespace

int run_imap_append(const Options& options) {
  AppendRun run(options);
  const MessageMaker messages(options.size, MessageMaker::Body::parts);
  std::vector<std::unique_ptr<Appender>> appenders;
  for (unsigned i = 0; i < options.connections; ++i) {
    const std::uint64_t first = options.count * i / options.connections;
    const std::uint64_t end = options.count * (i + 1) / options.connections;
    appenders.push_back(std::make_unique<Appender>(run, messages, i % options.users, first, end));
  }
  const bool in_time = run.loop.run(run.deadline());
  const double seconds = run.seconds_since_start();
  fmt::print(R"({{"mode":"imap-append","messages":{},"seconds":{:.4f},"per_second":{:.1f},"in_time":{},{}}})"
             "\n",
             run.done, seconds, static_cast<double>(run.done) / seconds, in_time, run.common_json());
  return in_time && run.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
