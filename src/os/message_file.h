// A message on its way into a user's files or a command: read from a descriptor, its line ends made those of
// files.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace pillarbox::os {

// Gives `sink` the file behind `descriptor` from its beginning, in pieces, each CR LF as LF; bytes of a CR
// that no LF follows stay. The error is an errno, of reading or what the sink answered (0: go on).
int read_message(int descriptor, const std::function<int(std::string_view)>& sink);

// All of `bytes`; an errno, 0 if all went well.
int write_all(int descriptor, std::string_view bytes);

}  // namespace pillarbox::os
