// Plays transcripts against a World: whole, one byte at a time, cut at every step, and with a store that
// fails.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/transcript.h"
#include "support/transcript_world.h"

namespace pillarbox::transcript {

using MakeWorld = std::function<std::unique_ptr<World>()>;

// What went wrong, each as "path:line: what", with how it was played. Plays in every way unless the
// transcript says otherwise.
std::vector<std::string> play_all(const Transcript& transcript, const MakeWorld& make_world);

}  // namespace pillarbox::transcript
