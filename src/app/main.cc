// pillarbox: one binary, its subcommands. What each does stands in its own file.
#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "app/hash_command.h"
#include "app/load.h"
#include "app/password_prompt.h"
#include "app/paths.h"
#include "app/user_command.h"

namespace {

pillarbox::config::Parsed load_file(const std::string& path) {
  pillarbox::app::Machine machine;
  return pillarbox::app::load_configuration(path, machine);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace pillarbox::app;
  CLI::App app("Pillarbox, a whole mail server in one program.", "pillarbox");
  app.require_subcommand(1);
  app.set_version_flag("--version", "pillarbox " PILLARBOX_VERSION);
  int code = exit_ok;
  add_serve_command(app, code);
  add_check_command(app, code);
  add_reload_command(app, code);
  add_user_command(app, code, {.default_config = default_config, .load = load_file, .ask = ask_new_password});
  add_hash_command(app, code, ask_new_password);
  add_doctor_command(app, code);
  add_undelete_command(app, code);
  add_describe_command(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int shown = app.exit(error);  // --help and --version end here too, with 0
    return shown == 0 ? exit_ok : exit_usage;
  }
  return code;
}
