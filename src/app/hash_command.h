// `pillarbox hash`: a password hash for a user list.
#pragma once

#include <CLI/App.hpp>
#include <expected>
#include <functional>
#include <string>

namespace pillarbox::app {

using AskPassword = std::function<std::expected<std::string, std::string>()>;

// Sets `code` when its verb was given. `ask` is ask_new_password(), but in tests.
void add_hash_command(CLI::App& app, int& code, AskPassword ask);

// The option -s, --scheme of this and other commands; `scheme` gets a name that scheme_to_make() knows.
void add_scheme_option(CLI::App& command, std::string& scheme);

}  // namespace pillarbox::app
