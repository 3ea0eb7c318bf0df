#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/control.h"
#include "app/paths.h"

namespace pillarbox::app {

void add_reload_command(CLI::App& app, int& code) {
  auto state =
      std::make_shared<std::string>(default_state);  // shared with the callback, which outlives this call
  auto* command = app.add_subcommand("reload", "Have the running server read its configuration again");
  command->add_option("--state", *state, "The server's state folder")->capture_default_str();
  command->footer(
      "The new file is taken whole, or refused with every mistake and the old one stays in force.\n"
      "Sessions keep what they began with. Settings that are read at start only are named.");
  command->callback([state, &code] {
    const auto answer = ask_server(*state, {{"verb", "reload"}});
    if (!answer) {
      fmt::print(stderr, "pillarbox reload: {}\n", answer.error());
      code = exit_failed;
      return;
    }
    fmt::print("configuration reloaded\n");
    const auto* notes = answer->if_contains("notes");
    if (notes == nullptr || !notes->is_array()) return;
    for (const auto& note : notes->get_array()) {
      if (note.is_string()) fmt::print("{}\n", std::string_view(note.get_string()));
    }
  });
}

}  // namespace pillarbox::app
