// Plays transcripts in which we are the client: a relay sends to servers that the transcript speaks for.
//
//   client_transcript_runner FILE-OR-FOLDER…
//
// Whole, with our reads one byte at a time, and with the first connection cut at each of our reads and
// writes. However it is disturbed: every attempt ends, every recipient has an outcome, and none is better
// than the server's words were.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "support/line_matcher.h"
#include "transcripts/relay_world.h"

namespace {

using namespace pillarbox;
using namespace pillarbox::transcript;
namespace fs = std::filesystem;
using Kind = queue::Outcome::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::delivered: return "delivered";
    case Kind::relayed: return "relayed";
    case Kind::deferred: return "deferred";
    case Kind::failed: return "failed";
    default: return "kept";
  }
}
bool is_good(Kind kind) { return kind != Kind::deferred && kind != Kind::failed; }

std::string show(const queue::Outcome& outcome) {
  return fmt::format("{}{} {} {}", name_of(outcome.kind), outcome.is_of_destination ? "-everywhere" : "",
                     outcome.status, outcome.diagnostic);
}

struct Playing {
  std::string name;
  std::optional<std::size_t> largest_read = {};
  std::optional<std::size_t> cut_after = {};
};

struct Played {
  std::vector<std::string> faults;
  std::size_t operations = 0;  // on the first connection
  std::vector<std::vector<Kind>> kinds;
};

class Player {
 public:
  Player(const Transcript& transcript, Playing playing)
      : transcript_(transcript), playing_(std::move(playing)) {
    world_.connector().largest_read = playing_.largest_read;
    world_.connector().cut_after = playing_.cut_after;
    for (const Step& step : transcript.steps) {
      if (step.word == "connect") world_.connector().plan.emplace_back();
      if (step.word == "refuse") world_.connector().plan.push_back(step.text.substr(step.text.find(' ') + 1));
    }
  }

  Played play() {
    const auto& steps = transcript_.steps;
    for (std::size_t i = 0; i < steps.size() && !is_lost_; ++i) {
      const Step& step = steps[i];
      if (step.word == "S" || step.word == "s") {
        Connection& to = connections_[step.client];
        to.pending += step.text + (step.word == "S" ? "\r\n" : "");
        const bool goes_on = i + 1 < steps.size() && steps[i + 1].client == step.client &&
                             (steps[i + 1].word == "S" || steps[i + 1].word == "s");
        if (!goes_on) say(step);
      } else if (step.kind == Step::Kind::send) {
        hear(step);
      } else {
        command(step);
      }
    }
    finish();
    return std::move(played_);
  }

 private:
  struct Connection {
    MemoryConnector::Made* made = nullptr;
    std::string pending;
    LineMatcher lines;
    int last_line = 0;
  };

  void fail(int line, std::string_view what) {
    is_lost_ = true;
    if (!playing_.cut_after) {
      played_.faults.push_back(
          fmt::format("{}:{}: {} (played {})", transcript_.path, line, what, playing_.name));
    }
  }

  void run() {
    world_.server().run_until_quiet();
    for (auto& [number, connection] : connections_) {
      if (connection.made != nullptr) connection.lines.feed(connection.made->end.take_output());
    }
  }

  // The server's end; nullptr, and the playing is over, if we never connected.
  net::MemoryClient* end(const Step& step) {
    Connection& connection = connections_[step.client];
    if (connection.made != nullptr) return &connection.made->end;
    fail(step.line, "there is no such connection");
    return nullptr;
  }

  void say(const Step& step) {
    net::MemoryClient* to = end(step);
    if (to == nullptr) return;
    Connection& connection = connections_[step.client];
    if (auto fault = connection.lines.expect_nothing_more()) return fail(connection.last_line, *fault);
    connection.last_line = step.line;
    to->send(std::exchange(connection.pending, {}));
    run();
  }

  void hear(const Step& step) {
    if (end(step) == nullptr) return;
    Connection& connection = connections_[step.client];
    connection.last_line = step.line;
    std::string_view text = step.text;
    if (step.word == "C") text.remove_suffix(2);
    const bool skips = text.ends_with("...");
    if (skips) text.remove_suffix(3);
    if (auto fault = connection.lines.expect(text, skips)) fail(step.line, *fault);
  }

  void command(const Step& step) {
    if (step.word == "not") return;
    if (step.word == "deliver") {
      world_.deliver();
      run();
    } else if (step.word == "connect") {
      connect(step);
    } else if (step.word == "refuse") {
      const auto& refused = world_.connector().refused;
      const std::string where = step.text.substr(0, step.text.find(' '));
      if (std::ranges::find(refused, where) == refused.end())
        fail(step.line, "nobody wanted to connect there");
    } else if (step.word == "outcome") {
      outcome(step);
    } else if (step.word == "remote") {
      const auto& outcomes = world_.attempts.back()->outcomes;
      if (!outcomes || outcomes->front().remote != step.text) {
        fail(step.line, outcomes ? "remote is " + outcomes->front().remote : "there is no outcome yet");
      }
    } else if (step.word == "pending") {
      if (world_.attempts.back()->outcomes) fail(step.line, "the attempt is over");
    } else if (step.word == "idle") {
      if (fmt::format("{}", world_.idle()) != step.text)
        fail(step.line, fmt::format("{} are idle", world_.idle()));
    } else if (!at_connection(step)) {
      if (auto fault = world_.configure(step)) fail(step.line, *fault);
    }
  }

  // What concerns one connection; false if it is something else.
  bool at_connection(const Step& step) {
    constexpr std::string_view words[] = {"tls",   "tls-failure", "distrust", "close",  "expire",
                                          "stall", "over",        "on",       "timeout"};
    if (std::ranges::find(words, step.word) == std::end(words)) return false;
    net::MemoryClient* client = end(step);
    if (client == nullptr) return true;
    if (step.word == "tls" && !client->is_tls()) fail(step.line, "the connection isn't encrypted");
    if (step.word == "tls-failure") client->set_tls_failure(step.text);
    if (step.word == "distrust") client->set_tls_distrust(step.text);
    if (step.word == "over" && !client->is_over()) fail(step.line, "we didn't hang up");
    if (step.word == "on" && client->is_over()) fail(step.line, "we hung up");
    if (step.word == "timeout" && fmt::format("{}", client->timeout().count()) != step.text) {
      fail(step.line, fmt::format("waits for {} ms", client->timeout().count()));
    }
    if (step.word == "stall") client->stop_reading();
    if (step.word == "close") client->close();
    if (step.word == "expire") {
      if (!client->is_waiting()) {
        fail(step.line, "we don't wait for the server");
        return true;
      }
      client->expire();
    }
    run();
    return true;
  }

  void connect(const Step& step) {
    const std::size_t number = connected_++;
    if (number >= world_.connector().made.size()) return fail(step.line, "nobody connected");
    auto& made = *world_.connector().made[number];
    connections_[static_cast<unsigned>(connected_)].made = &made;
    const std::string where = made.to.endpoint.text();
    if (!step.text.empty() && where != step.text) fail(step.line, "connected to " + where);
    run();
  }

  // "anna@example.org relayed 2.0.0 250 …"
  void outcome(const Step& step) {
    const auto& attempt = *world_.attempts.back();
    if (!attempt.outcomes) return fail(step.line, "there is no outcome yet");
    const auto space = step.text.find(' ');
    for (std::size_t i = 0; i < attempt.recipients.size(); ++i) {
      if (attempt.recipients[i] != step.text.substr(0, space)) continue;
      const std::string shown = show((*attempt.outcomes)[i]);
      if (!shown.starts_with(step.text.substr(space + 1))) fail(step.line, "got: " + shown);
      return;
    }
    fail(step.line, "no such recipient");
  }

  void finish() {
    for (auto& [number, connection] : connections_) {
      if (connection.made == nullptr || is_lost_) continue;
      if (auto fault = connection.lines.expect_nothing_more()) fail(connection.last_line, *fault);
    }
    // The servers go, one wait after the other runs out: then everything must come to an end.
    for (int round = 0; round < 20; ++round) {
      for (auto& made : world_.connector().made) {
        made->end.close();
        world_.server().run_until_quiet();
        if (!made->end.is_over() && made->end.is_waiting()) made->end.expire();
        world_.server().run_until_quiet();
      }
    }
    for (auto& made : world_.connector().made) {
      if (!made->end.is_over()) report("a connection outlives its server");
    }
    for (const auto& attempt : world_.attempts) {
      if (!attempt->outcomes) {
        report("an attempt doesn't end");
        continue;
      }
      if (attempt->outcomes->size() != attempt->recipients.size()) report("a recipient has no outcome");
      std::vector<Kind> kinds;
      for (const auto& outcome : *attempt->outcomes) {
        kinds.push_back(outcome.kind);
        if (outcome.status.size() < 5 || outcome.diagnostic.empty() || outcome.diagnostic.size() > 1'024 ||
            escape_controls(outcome.diagnostic) != outcome.diagnostic) {
          report("an outcome isn't fit to be told: " + show(outcome));
        }
      }
      played_.kinds.push_back(std::move(kinds));
    }
    if (!world_.connector().made.empty())
      played_.operations = world_.connector().made.front()->end.operations();
  }

  void report(std::string_view what) {
    played_.faults.push_back(fmt::format("{}: {} (played {})", transcript_.path, what, playing_.name));
  }

  const Transcript& transcript_;
  const Playing playing_;
  RelayWorld world_;
  std::map<unsigned, Connection> connections_;
  std::size_t connected_ = 0;
  Played played_;
  bool is_lost_ = false;
};

std::vector<std::string> play_all(const Transcript& transcript) {
  const Played whole = Player(transcript, {.name = "whole"}).play();
  std::vector<std::string> faults = whole.faults;
  if (!faults.empty()) return faults;
  const auto add = [&faults](const Played& played) {
    faults.insert(faults.end(), played.faults.begin(), played.faults.end());
  };
  const bool is_byte_by_byte = std::ranges::none_of(
      transcript.steps, [](const Step& step) { return step.word == "not" && step.text == "bytes"; });
  if (is_byte_by_byte) add(Player(transcript, {.name = "one byte at a time", .largest_read = 1}).play());
  for (std::size_t i = 0; i < whole.operations; ++i) {
    const std::string name = fmt::format("cut at operation {}", i);
    const Played cut = Player(transcript, {.name = name, .cut_after = i}).play();
    add(cut);
    for (std::size_t a = 0; a < cut.kinds.size() && a < whole.kinds.size(); ++a) {
      for (std::size_t r = 0; r < cut.kinds[a].size(); ++r) {
        const Kind before = whole.kinds[a][r];
        const Kind now = cut.kinds[a][r];
        if ((is_good(now) && !is_good(before)) || (now == Kind::failed && before != Kind::failed)) {
          faults.push_back(fmt::format("{}: {} became {} (played {})", transcript.path, name_of(before),
                                       name_of(now), name));
        }
      }
    }
  }
  return faults;
}

}  // namespace

int main(int argc, char** argv) {
  log::set_level(log::Level::none);
  std::vector<fs::path> files;
  for (const fs::path name : std::vector<std::string>(argv + 1, argv + argc)) {
    if (!fs::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(name)) {
      if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    fmt::print(stderr, "usage: client_transcript_runner FILE-OR-FOLDER…\n");
    return 2;
  }
  std::ranges::sort(files);
  std::size_t failed = 0;
  for (const fs::path& file : files) {
    const auto transcript = read(file.string());
    const auto faults = transcript ? play_all(*transcript) : std::vector{transcript.error()};
    for (const auto& fault : faults) fmt::print("{}\n", fault);
    if (!faults.empty()) ++failed;
  }
  fmt::print("{} transcripts, {} failed\n", files.size(), failed);
  return failed == 0 ? 0 : 1;
}
