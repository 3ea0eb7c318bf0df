#include "load/imap.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

class Selector : public ImapSession {
 public:
  explicit Selector(ImapRun& run) : ImapSession(run, 0, 64 << 10) { begin(); }

  double first_microseconds = 0;
  Histogram later;
  std::uint32_t exists() const { return exists_; }

 private:
  void on_logged_in() override {
    began_ = Clock::now();
    ImapSession::on_logged_in();
  }
  void on_selected() override {
    first_microseconds = std::chrono::duration<double, std::micro>(Clock::now() - began_).count();
    unselect();
  }
  void unselect() {
    selecting_ = false;
    command("UNSELECT");
  }
  void on_tagged(std::string_view line) override {
    if (!is_ok(line)) return log_out();
    if (selecting_) {
      later.add(Clock::now() - began_);
      return unselect();
    }
    if (later.count() >= run_.options.count || !run_.in_time()) return log_out();
    selecting_ = true;
    began_ = Clock::now();
    command("SELECT {}", run_.options.mailbox);
  }
  void on_finished() override { run_.loop.stop(); }

  bool selecting_ = false;
  Clock::time_point began_{};
};

}  // namespace

int run_imap_select(const Options& options) {
  ImapRun run(options);
  Selector selector(run);
  const bool in_time = run.loop.run(run.deadline());
  fmt::print(
      R"({{"mode":"imap-select","messages":{},"selects":{},"first_us":{:.0f},"p50_us":{:.0f},"p99_us":{:.0f},)"
      R"("in_time":{},{}}})"
      "\n",
      selector.exists(), selector.later.count(), selector.first_microseconds,
      selector.later.microseconds(0.5), selector.later.microseconds(0.99), in_time, run.common_json());
  return in_time && run.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
