// Reading a configuration file with everything that `pillarbox` knows to be a setting.
#pragma once

#include <span>
#include <string>

#include "app/machine.h"
#include "config/field.h"
#include "config/parse.h"

namespace pillarbox::app {

// The settings of all folders.
std::span<const config::FieldTable> all_settings();

// Reads and checks the text of the file and what it includes; and that no table's contents make it an open
// relay.
config::Parsed load_configuration(const std::string& path, Machine& machine);

}  // namespace pillarbox::app
