// What every thread of this folder does first. Inside net only.
#pragma once

namespace pillarbox::net {

// Blocks all signals, which are the main thread's, and takes a name for top(1) and debuggers (at most 15
// bytes).
void begin_thread(const char* name);

}  // namespace pillarbox::net
