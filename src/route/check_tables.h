// Whether the tables of a configuration are there and say what they are used for.
#pragma once

#include <vector>

#include "config/configuration.h"
#include "config/diagnostic.h"
#include "tables/system_users.h"
#include "tables/tables.h"

namespace pillarbox::route {

// Reads every table that is used, in every role that it has. A file that can't be read is an error; a broken
// line is a warning, since the others are served; so is an alias that leads to nobody, in a circle, or to a
// list that can't be read, and a database that is older than its text. A list that would let strangers relay
// nearly everywhere is an open relay, as if it stood in the configuration. Adds the files' texts to
// `configuration.sources`, so that the lines can be shown. Requires: parse() found no mistake; `tables` are
// those of `configuration`. Blocks.
std::vector<config::Diagnostic> check_tables(config::Configuration& configuration,
                                             const tables::Tables& tables, tables::SystemUsers& system_users);

}  // namespace pillarbox::route
