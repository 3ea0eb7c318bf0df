#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "load/imap.h"
#include "load/modes.h"

namespace pillarbox::bench {
namespace {

struct IdleRun : ImapRun {
  using ImapRun::ImapRun;
  std::vector<std::unique_ptr<class Idler>> idlers;
  unsigned idle = 0;

  void open_next();
};

class Idler : public ImapSession {
 public:
  Idler(IdleRun& run, unsigned user) : ImapSession(run, user, 2 << 10), run_(run) {}
  void start() { begin(); }

 private:
  void on_selected() override { command("IDLE"); }
  void on_continue() override {
    ++run_.idle;
    if (run_.idle == run_.options.connections) run_.loop.stop();
    run_.open_next();
  }
  void on_tagged(std::string_view) override {}
  void on_finished() override { run_.loop.stop(); }

  IdleRun& run_;
};

void IdleRun::open_next() {
  if (idlers.size() >= options.connections) return;
  idlers.push_back(std::make_unique<Idler>(*this, static_cast<unsigned>(idlers.size()) % options.users));
  idlers.back()->start();
}

}  // namespace

int run_imap_idle(const Options& options) {
  constexpr unsigned opening_at_once = 16;
  IdleRun run(options);
  for (unsigned i = 0; i < opening_at_once; ++i) run.open_next();
  const bool all_there = run.loop.run(run.deadline()) && run.idle == options.connections;
  fmt::print(R"({{"mode":"imap-idle","event":"{}","connections":{},"seconds":{:.2f},{}}})"
             "\n",
             all_there ? "holding" : "failed", run.idle, run.seconds_since_start(), run.common_json());
  std::fflush(stdout);
  if (!all_there) return 1;

  run.loop.stop_on_input();
  const bool held = run.loop.run(run.deadline()) && run.errors == 0;
  fmt::print(R"({{"mode":"imap-idle","event":"{}",{}}})"
             "\n",
             held ? "done" : "lost", run.common_json());
  return held ? 0 : 1;
}

}  // namespace pillarbox::bench
