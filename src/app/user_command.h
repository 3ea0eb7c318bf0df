// `pillarbox user add/list/show/passwd/remove`: the user list from the command line.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "app/hash_command.h"
#include "config/parse.h"

namespace pillarbox::app {

struct UserCommandTools {
  std::string default_config;
  std::function<config::Parsed(const std::string& path)> load;
  AskPassword ask;
};

// Sets `code` when its verb was given.
void add_user_command(CLI::App& app, int& code, UserCommandTools tools);

}  // namespace pillarbox::app
