#include <algorithm>
#include <vector>

#include "load/imap.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

class Fetcher : public ImapSession {
 public:
  explicit Fetcher(ImapRun& run) : ImapSession(run, 0, 256 << 10) { begin(); }

  std::vector<double> seconds;  // of each FETCH
  std::uint64_t messages = 0;   // in the last one

 private:
  void on_selected() override { next(); }
  void next() {
    fetched_ = 0;
    began_ = Clock::now();
    command("FETCH 1:* {}", run_.options.items);
  }
  void on_tagged(std::string_view line) override {
    if (!is_ok(line)) return log_out();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - began_).count());
    messages = fetched_;
    if (seconds.size() > run_.options.count || !run_.in_time()) return log_out();
    next();
  }
  void on_finished() override { run_.loop.stop(); }

  Clock::time_point began_{};
};

}  // namespace

int run_imap_fetch(const Options& options) {
  ImapRun run(options);
  Fetcher fetcher(run);
  const bool in_time = run.loop.run(run.deadline());
  if (fetcher.seconds.size() < 2) run.note_error("no FETCH was answered");
  const double first = fetcher.seconds.empty() ? 0 : fetcher.seconds.front();
  std::vector<double> rest(fetcher.seconds.begin() + !fetcher.seconds.empty(), fetcher.seconds.end());
  std::sort(rest.begin(), rest.end());
  const double median = rest.empty() ? 0 : rest[rest.size() / 2];
  const double rate = median > 0 ? static_cast<double>(fetcher.messages) / median : 0;
  fmt::print(
      R"({{"mode":"imap-fetch","messages":{},"first_seconds":{:.4f},"seconds":{:.4f},"per_second":{:.0f},)"
      R"("in_time":{},{}}})"
      "\n",
      fetcher.messages, first, median, rate, in_time, run.common_json());
  return in_time && run.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
