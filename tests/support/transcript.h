// A transcript: a conversation with the server, and what must have become of it. The form is told in
// tests/transcripts/README.md.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::transcript {

struct Step {
  enum class Kind {
    send,     // bytes from the client
    expect,   // a line of output that begins like this
    command,  // "store:", "tls:" and the like: `word` says which
  };
  Kind kind = Kind::command;
  int line = 0;         // in the file
  unsigned client = 1;  // who speaks or listens
  std::string word;     // of a command
  std::string
      text;  // bytes to send, beginning of the line expected, or the command's argument; escapes resolved
  bool skips = false;  // expect: lines that fit nothing expected may follow
};

struct Transcript {
  std::string path;
  std::vector<Step> steps;
};

// The error is "path:line: what is wrong".
std::expected<Transcript, std::string> parse(std::string path, std::string_view text);
std::expected<Transcript, std::string> read(const std::string& path);

}  // namespace pillarbox::transcript
