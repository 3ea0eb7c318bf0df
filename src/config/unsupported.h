// What is read and understood, but not done yet by any part of the server: refused by `check` and `serve`
// before it could be passed over in silence.
#pragma once

#include <vector>

#include "config/configuration.h"
#include "config/diagnostic.h"

namespace pillarbox::config {

// One diagnostic for each place that asks for something on the list in unsupported.cc: whoever makes a thing
// real takes its line off that list.
std::vector<Diagnostic> find_unsupported(const Configuration& configuration);

}  // namespace pillarbox::config
