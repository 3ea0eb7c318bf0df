#include "support/transcript_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/ip.h"
#include "base/text.h"
#include "support/line_matcher.h"

namespace pillarbox::transcript {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Playing {
  std::string name;  // how it is played, for messages
  std::size_t largest_read = none;
  std::size_t cut_after = none;  // operations of the first client
  std::size_t failing_commit = none;
  std::size_t failing_append = none;

  // Only an undisturbed server answers as the transcript says.
  bool is_disturbed() const { return cut_after != none || failing_commit != none || failing_append != none; }
};

struct Outcome {
  std::vector<std::string> faults;
  std::size_t operations = 0;  // of the first client
  std::size_t commits = 0;
  std::size_t appends = 0;
  std::size_t bodies_kept = 0;
  std::set<std::string> kept;
};

class Player {
 public:
  Player(const Transcript& transcript, const Playing& playing, std::unique_ptr<World> world)
      : transcript_(transcript), playing_(playing), world_(std::move(world)) {
    if (playing.failing_commit != none) world_->store().fail_commit(playing.failing_commit);
    if (playing.failing_append != none) world_->store().fail_append(playing.failing_append);
  }

  Outcome play() {
    const auto& steps = transcript_.steps;
    for (std::size_t i = 0; i < steps.size() && !is_lost_; ++i) {
      const Step& step = steps[i];
      if (step.kind == Step::Kind::expect) {
        expect(step);
      } else if (step.kind == Step::Kind::command) {
        command(step);
      } else {
        // Lines that stand together are sent together: that is how pipelining is written down.
        client(step.client).pending += step.text;
        if (i + 1 == steps.size() || !is_together(step, steps[i + 1])) send_pending(step);
      }
    }
    finish();
    return std::move(outcome_);
  }

  ~Player() {
    clients_.clear();
    world_->stop();
  }

 private:
  struct Client {
    std::optional<net::MemoryClient> end;
    net::Endpoint peer = net::MemoryServer::default_peer();
    std::string pending;
    std::string output;  // all of it
    LineMatcher lines;
    int last_line = 0;
  };

  static bool is_together(const Step& a, const Step& b) {
    return b.kind == Step::Kind::send && a.client == b.client;
  }

  void fail(int line, std::string_view what) {
    if (playing_.is_disturbed()) return;
    outcome_.faults.push_back(
        fmt::format("{}:{}: {} (played {})", transcript_.path, line, what, playing_.name));
    is_lost_ = true;  // what follows would only repeat it
  }

  Client& client(unsigned number) { return clients_[number]; }

  Client& connected(unsigned number) {
    Client& result = client(number);
    if (!result.end) {
      result.end.emplace(world_->server().connect(world_->session(), result.peer));
      if (playing_.largest_read != none) result.end->set_largest_read(playing_.largest_read);
      if (number == 1 && playing_.cut_after != none) result.end->cut_after(playing_.cut_after);
      run();
    }
    return result;
  }

  void send_pending(const Step& step) {
    Client& to = connected(step.client);
    if (auto fault = to.lines.expect_nothing_more()) return fail(to.last_line, *fault);
    to.last_line = step.line;
    to.end->send(std::exchange(to.pending, {}));
    run();
  }

  void run() {
    world_->server().run_until_quiet();
    take_output();
  }

  void take_output() {
    for (auto& [number, client] : clients_) {
      if (!client.end) continue;
      const std::string output = client.end->take_output();
      client.output += output;
      client.lines.feed(output);
      if (client.end->has_failed()) {
        outcome_.faults.push_back(fmt::format("{}: session threw {} (played {})", transcript_.path,
                                              client.end->reason(), playing_.name));
        is_lost_ = true;
      }
    }
  }

  void expect(const Step& step) {
    Client& from = connected(step.client);
    from.last_line = step.line;
    if (auto fault = from.lines.expect(step.text, step.skips)) fail(step.line, *fault);
  }

  void command(const Step& step) {
    if (step.word == "not") return;  // read by play_all
    if (step.word == "peer") {
      const auto peer = parse_ip(step.text);
      if (!peer) return fail(step.line, "peer: is an IP address");
      client(step.client).peer = net::Endpoint::of(*peer, 40'000);
    } else if (step.word == "connect") {
      connected(step.client);
    } else if (step.word == "close") {
      connected(step.client).end->close();
      run();
    } else if (step.word == "expire") {
      if (!connected(step.client).end->is_waiting())
        return fail(step.line, "the session doesn't wait for the client");
      connected(step.client).end->expire();
      run();
    } else if (step.word == "shutdown") {
      world_->server().shut_down();
      run();
    } else if (step.word == "stall") {
      connected(step.client).end->stop_reading();
    } else if (step.word == "tls") {
      if (!connected(step.client).end->is_tls()) fail(step.line, "the connection isn't encrypted");
    } else if (step.word == "over") {
      if (!connected(step.client).end->is_over()) fail(step.line, "the session goes on");
    } else if (step.word == "on") {
      if (connected(step.client).end->is_over()) fail(step.line, "the session is over");
    } else if (step.word == "paused") {
      const auto paused = connected(step.client).end->paused().count();
      if (fmt::format("{}", paused) != step.text) fail(step.line, fmt::format("paused for {} ms", paused));
    } else if (step.word == "timeout") {
      const auto timeout = connected(step.client).end->timeout().count();
      if (fmt::format("{}", timeout) != step.text) fail(step.line, fmt::format("waits for {} ms", timeout));
    } else {
      const auto fault = world_->command(step);
      take_output();  // it may have woken a session
      if (fault) fail(step.line, *fault);
    }
  }

  void finish() {
    std::size_t acknowledged = 0;
    for (auto& [number, client] : clients_) {
      if (!client.end) continue;
      if (auto fault = client.lines.expect_nothing_more(); fault && !is_lost_) fail(client.last_line, *fault);
      client.end->close();
      run();
      // Whoever waits for silence after its last word gets it.
      if (!client.end->is_over() && client.end->is_waiting()) client.end->expire();
      run();
      if (!client.end->is_over()) {
        outcome_.faults.push_back(
            fmt::format("{}: the session outlives its client (played {})", transcript_.path, playing_.name));
      }
      acknowledged += world_->acknowledged(client.output);
    }
    const FaultyStore& store = world_->store();
    if (acknowledged > store.bodies_kept()) {
      outcome_.faults.push_back(fmt::format("{}: {} messages acknowledged, {} kept (played {})",
                                            transcript_.path, acknowledged, store.bodies_kept(),
                                            playing_.name));
    }
    if (clients_[1].end) outcome_.operations = clients_[1].end->operations();
    outcome_.commits = store.commits();
    outcome_.appends = store.appends();
    outcome_.bodies_kept = store.bodies_kept();
    outcome_.kept = store.kept();
  }

  const Transcript& transcript_;
  const Playing playing_;
  std::unique_ptr<World> world_;
  std::map<unsigned, Client> clients_;
  Outcome outcome_;
  bool is_lost_ = false;
};

}  // namespace

std::vector<std::string> play_all(const Transcript& transcript, const MakeWorld& make_world) {
  std::set<std::string> unwanted;
  for (const Step& step : transcript.steps) {
    if (step.word == "not") unwanted.insert(step.text);
  }
  auto play = [&](const Playing& playing) { return Player(transcript, playing, make_world()).play(); };

  const Outcome whole = play({.name = "whole"});
  std::vector<std::string> faults = whole.faults;
  if (!faults.empty()) return faults;
  auto also = [&](const Playing& playing) {
    const Outcome outcome = play(playing);
    faults.insert(faults.end(), outcome.faults.begin(), outcome.faults.end());
    if (!std::ranges::includes(whole.kept, outcome.kept)) {
      faults.push_back(fmt::format("{}: a message was kept that nobody sent like that (played {})",
                                   transcript.path, playing.name));
    }
  };
  if (!unwanted.contains("bytes")) also({.name = "one byte at a time", .largest_read = 1});
  if (!unwanted.contains("cut")) {
    for (std::size_t i = 0; i < whole.operations; ++i) {
      also({.name = fmt::format("cut at operation {}", i), .cut_after = i});
    }
  }
  if (!unwanted.contains("faults")) {
    for (std::size_t i = 0; i < whole.commits; ++i) {
      also({.name = fmt::format("with commit {} failing", i), .failing_commit = i});
    }
    for (std::size_t i = 0; i < whole.appends; ++i) {
      also({.name = fmt::format("with append {} failing", i), .failing_append = i});
    }
  }
  return faults;
}

}  // namespace pillarbox::transcript
