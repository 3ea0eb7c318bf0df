// Can one rule ever be reached? A small search for a truth assignment, with a limit on its steps. Private to
// this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pillarbox::config {

// A variable that has to be true or false, or a constant that is.
struct Literal {
  static constexpr unsigned no_variable = ~0u;
  unsigned variable = no_variable;
  bool is_wanted = true;  // of a constant: its value
};

// Holds when all of its literals do.
using Conjunction = std::vector<Literal>;

enum class Proof : std::uint8_t {
  impossible,  // no assignment does it
  possible,
  undecided,  // not within `most_steps`
};

// Whether `wanted` can hold while none of `earlier` does. Sound: `impossible` is only said when it is.
Proof can_hold(const Conjunction& wanted, const std::vector<Conjunction>& earlier, std::size_t most_steps);

}  // namespace pillarbox::config
