// Asking for a new password without showing it.
#pragma once

#include <expected>
#include <string>

namespace pillarbox::app {

// On a terminal: asks twice, with nothing echoed, and puts the terminal back however it ends. From a pipe:
// reads one line. The error is a sentence for whoever typed the command.
std::expected<std::string, std::string> ask_new_password();

}  // namespace pillarbox::app
