// What is wrong with a configuration, as a value and as the text that an admin reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/source.h"

namespace pillarbox::config {

struct Diagnostic {
  enum class Kind : std::uint8_t {
    mistake,      // it can't be read, or names what isn't there
    unsupported,  // a statement of smtpd.conf(5) that is known but not served yet
    dangerous,    // it would make an open relay, or the like: refused as well
    warning,      // served, but something better is at hand
  };
  Kind kind = Kind::mistake;
  Position position;
  std::uint32_t length = 1;        // bytes of the line that the caret underlines
  std::string message;             // one sentence without a full stop: `unknown option "smpt"`
  std::string expected;            // what could have stood there; "" if nothing can be said
  std::string nearest;             // the valid word most like what was written; "" if none is near
  std::vector<std::string> notes;  // reasons, further places, what to do: one sentence each

  bool is_error() const { return kind != Kind::warning; }
};

// As `pillarbox check` prints it: place and message, the line, a caret below the spot, then what was
// expected, the nearest valid word and the notes, one line each. Ends with a line feed.
std::string render(const Diagnostic& diagnostic, const Sources& sources);

// All of them in the order of the text.
std::string render(const std::vector<Diagnostic>& diagnostics, const Sources& sources);

}  // namespace pillarbox::config
