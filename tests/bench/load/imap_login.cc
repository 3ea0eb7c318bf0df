#include <memory>
#include <vector>

#include "load/imap.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

struct LoginRun : ImapRun {
  using ImapRun::ImapRun;
  std::uint64_t started = 0;
  std::uint64_t done = 0;
  std::uint64_t flags_seen = 0;
  unsigned open = 0;
  Histogram latency;

  bool more() const { return (options.count == 0 || started < options.count) && in_time() && errors < 1000; }
};

class LoginCycle : public ImapSession {
 public:
  explicit LoginCycle(LoginRun& run) : ImapSession(run, 0, 16 << 10), run_(run) { next(); }

 private:
  void next() {
    ++run_.open;
    become(static_cast<unsigned>(run_.started++ % run_.options.users));
    complete_ = false;
    fetched_ = 0;
    began_ = Clock::now();
    begin();
  }
  void on_selected() override { command("FETCH 1:* (FLAGS)"); }
  void on_tagged(std::string_view line) override {
    complete_ = is_ok(line);
    log_out();
  }
  void on_finished() override {
    --run_.open;
    if (complete_) {
      ++run_.done;
      run_.flags_seen += fetched_;
      run_.latency.add(Clock::now() - began_);
    }
    if (run_.more()) return next();
    if (run_.open == 0) run_.loop.stop();
  }

  LoginRun& run_;
  bool complete_ = false;
  Clock::time_point began_{};
};

}  // namespace

int run_imap_login(const Options& options) {
  LoginRun run(options);
  std::vector<std::unique_ptr<LoginCycle>> cycles;
  for (unsigned i = 0; i < options.connections; ++i) cycles.push_back(std::make_unique<LoginCycle>(run));
  const bool in_time = run.loop.run(run.deadline());
  const double seconds = run.seconds_since_start();
  fmt::print(R"({{"mode":"imap-login","cycles":{},"seconds":{:.4f},"per_second":{:.1f},"flags_seen":{},)"
             R"("p50_us":{:.0f},"p99_us":{:.0f},"in_time":{},{}}})"
             "\n",
             run.done, seconds, static_cast<double>(run.done) / seconds, run.flags_seen,
             run.latency.microseconds(0.5), run.latency.microseconds(0.99), in_time, run.common_json());
  return in_time && run.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
