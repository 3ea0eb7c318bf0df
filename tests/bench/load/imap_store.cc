#include <memory>
#include <vector>

#include "load/imap.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

struct StoreRun : ImapRun {
  using ImapRun::ImapRun;
  unsigned selected = 0;
  unsigned open = 0;
  std::uint64_t started = 0;
  std::uint64_t done = 0;
  Clock::time_point stores_began{};
  Clock::time_point stores_ended{};
  Histogram latency;

  bool more() const {
    if (options.count > 0 && started >= options.count) return false;
    return options.seconds <= 0 ||
           Clock::now() - stores_began < std::chrono::duration<double>(options.seconds);
  }
};

class Storer : public ImapSession {
 public:
  Storer(StoreRun& run, unsigned index, std::vector<std::unique_ptr<Storer>>& all)
      : ImapSession(run, index % run.options.users, 16 << 10), run_(run), index_(index), all_(all) {
    ++run_.open;
    begin();
  }

 private:
  // All begin together, once the last one has selected.
  void on_selected() override {
    if (++run_.selected < run_.options.connections) return;
    run_.stores_began = Clock::now();
    for (const auto& storer : all_) storer->next();
  }
  void next() {
    if (!run_.more()) {
      run_.stores_ended = Clock::now();
      return log_out();
    }
    ++run_.started;
    const std::uint64_t share = std::max<std::uint64_t>(1, exists_ / run_.options.connections);
    const std::uint64_t message = index_ * share + count_ % share + 1;
    const bool setting = count_ / share % 2 == 0;
    ++count_;
    began_ = Clock::now();
    command("STORE {} {}FLAGS (\\Flagged)", message, setting ? '+' : '-');
  }
  void on_tagged(std::string_view line) override {
    if (!is_ok(line)) return log_out();
    ++run_.done;
    run_.latency.add(Clock::now() - began_);
    next();
  }
  void on_finished() override {
    if (--run_.open == 0) run_.loop.stop();
  }

  StoreRun& run_;
  unsigned index_;
  std::vector<std::unique_ptr<Storer>>& all_;
  std::uint64_t count_ = 0;
  Clock::time_point began_{};
};

}  // namespace

int run_imap_store(const Options& options) {
  StoreRun run(options);
  std::vector<std::unique_ptr<Storer>> storers;
  for (unsigned i = 0; i < options.connections; ++i)
    storers.push_back(std::make_unique<Storer>(run, i, storers));
  const bool in_time = run.loop.run(run.deadline());
  const double seconds = std::chrono::duration<double>(run.stores_ended - run.stores_began).count();
  fmt::print(R"({{"mode":"imap-store","stores":{},"seconds":{:.4f},"per_second":{:.1f},)"
             R"("p50_us":{:.0f},"p99_us":{:.0f},"in_time":{},{}}})"
             "\n",
             run.done, seconds, seconds > 0 ? static_cast<double>(run.done) / seconds : 0,
             run.latency.microseconds(0.5), run.latency.microseconds(0.99), in_time, run.common_json());
  return in_time && run.errors == 0 ? 0 : 1;
}

}  // namespace pillarbox::bench
