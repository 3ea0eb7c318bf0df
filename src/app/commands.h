// The subcommands of `pillarbox`: each adds itself to the command line and says, when it ran, with what exit
// code.
#pragma once

#include <CLI/CLI.hpp>

namespace pillarbox::app {

// Exit codes that scripts can use.
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,  // what was asked for couldn't be done, or was found wrong; standard error says why
  exit_usage = 64,  // the command line can't be read (sysexits.h)
};

// Each sets `code` when its verb was given.
void add_serve_command(CLI::App& app, int& code);
void add_check_command(CLI::App& app, int& code);
void add_reload_command(CLI::App& app, int& code);
void add_describe_command(CLI::App& app, int& code);
void add_doctor_command(CLI::App& app, int& code);
void add_undelete_command(CLI::App& app, int& code);

}  // namespace pillarbox::app
