// Whether the machine has what a configuration names: certificates and keys that fit, free ports.
// That its tables are there and say what they should: route/check_tables.h.
#pragma once

#include <vector>

#include "config/configuration.h"
#include "config/diagnostic.h"
#include "config/host.h"

namespace pillarbox::config {

// Whether to look if ports are free: not while the server that has them is our own.
enum class Ports : std::uint8_t { check, leave };

// Requires: parse() found no mistake.
std::vector<Diagnostic> check_machine(const Configuration& configuration, CheckHost& host, Ports ports);

}  // namespace pillarbox::config
