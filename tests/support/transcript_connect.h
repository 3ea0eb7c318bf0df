// Plays a transcript over the network, against our own server or another's: what is sent and what must come
// back; what only the server in memory can be asked (store:, queue:, clock: …) is left out.
#pragma once

#include <string>
#include <vector>

#include "support/transcript.h"

namespace pillarbox::transcript {

// `server` is HOST:PORT. What went wrong, each as "path:line: what".
std::vector<std::string> play_over_network(const Transcript& transcript, const std::string& server);

}  // namespace pillarbox::transcript
