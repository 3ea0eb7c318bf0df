#include <fmt/core.h>

#include "app/commands.h"
#include "app/load.h"

namespace pillarbox::app {

void add_describe_command(CLI::App& app, int&) {
  auto* command = app.add_subcommand("describe", "Print every setting with its default and what it means");
  command->callback([] { fmt::print("{}", config::describe(all_settings())); });
}

}  // namespace pillarbox::app
