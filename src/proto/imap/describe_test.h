// Commands as short text, for the tables of tests.
#pragma once

#include <string>

#include "proto/imap/command.h"

namespace pillarbox::imap {

std::string describe(const Command& command);

}  // namespace pillarbox::imap
