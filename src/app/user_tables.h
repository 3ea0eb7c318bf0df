// Which table of a configuration `pillarbox user` works on.
#pragma once

#include <expected>
#include <string>

#include "config/configuration.h"

namespace pillarbox::app {

// The table named `wanted`, or with "" the one that users log in by: what the listeners' `auth` names, else
// the `userbase` of mailboxes. The error says which there are to choose from.
std::expected<config::Table, std::string> user_table(const config::Configuration& configuration,
                                                     const std::string& wanted);

}  // namespace pillarbox::app
