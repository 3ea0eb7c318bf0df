// Plays transcripts: in-process against a server in memory, or over the network against any server.
//
//   transcript_runner FILE-OR-FOLDER…
//   transcript_runner --connect HOST:PORT FILE-OR-FOLDER…
//
// The folder a transcript lies in says its protocol.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "support/transcript.h"
#include "support/transcript_connect.h"
#include "support/transcript_player.h"
#include "transcripts/imap_world.h"
#include "transcripts/smtp_world.h"

namespace {

using namespace pillarbox::transcript;
namespace fs = std::filesystem;

struct Protocol {
  std::string_view folder;
  MakeWorld make_world;
};

const std::vector<Protocol>& protocols() {
  static const std::vector<Protocol> all = {
      {"imap", [] { return std::make_unique<ImapWorld>(); }},
      {"smtp", [] { return std::make_unique<SmtpWorld>(); }},
  };
  return all;
}

std::vector<fs::path> transcripts_in(const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const fs::path name : names) {
    if (!fs::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(name)) {
      if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> play(const fs::path& file, const std::string& server) {
  const auto transcript = read(file.string());
  if (!transcript) return {transcript.error()};
  if (!server.empty()) return play_over_network(*transcript, server);
  const std::string folder = fs::absolute(file).parent_path().filename().string();
  const auto protocol = std::ranges::find(protocols(), folder, &Protocol::folder);
  if (protocol == protocols().end())
    return {fmt::format("{}: no protocol is called {}", file.string(), folder)};
  return play_all(*transcript, protocol->make_world);
}

}  // namespace

int main(int argc, char** argv) {
  pillarbox::log::set_level(pillarbox::log::Level::none);
  std::vector<std::string> names(argv + 1, argv + argc);
  std::string server;
  if (names.size() >= 2 && names[0] == "--connect") {
    server = names[1];
    names.erase(names.begin(), names.begin() + 2);
  }
  const auto files = transcripts_in(names);
  if (files.empty()) {
    fmt::print(stderr, "usage: transcript_runner [--connect HOST:PORT] FILE-OR-FOLDER…\n");
    return 2;
  }
  std::size_t failed = 0;
  for (const fs::path& file : files) {
    const auto faults = play(file, server);
    for (const auto& fault : faults) fmt::print("{}\n", fault);
    if (!faults.empty()) ++failed;
  }
  fmt::print("{} transcripts, {} failed\n", files.size(), failed);
  return failed == 0 ? 0 : 1;
}
