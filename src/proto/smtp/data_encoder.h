// A message as DATA sends it: dots doubled at the start of lines, and the end (RFC 5321 §4.5.2). Pure, and
// streaming.
//
// Whatever goes in, what comes out has no CR and no LF but in CRLF, and CRLF . CRLF at its end alone: nobody
// can hide a second message in a first that we send on. A CR or LF on its own becomes CRLF.
#pragma once

#include <string>
#include <string_view>

namespace pillarbox::smtp {

class DataEncoder {
 public:
  // Appends what the next piece of the message becomes.
  void feed(std::string_view text, std::string& out);
  // Appends the end. Nothing may be fed afterwards.
  void finish(std::string& out);

 private:
  char previous_ = '\n';  // of the message
};

}  // namespace pillarbox::smtp
