#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "app/commands.h"
#include "app/daemon.h"
#include "app/events.h"
#include "app/load.h"
#include "app/paths.h"
#include "app/server.h"
#include "base/log.h"

namespace pillarbox::app {
namespace {

struct Options {
  std::string config = default_config;
  std::string state = default_state;
  bool foreground = false;
  bool verbose = false;
};

int serve(const Options& options, config::Configuration configuration) {
  Events events;
  Server server({.config = options.config, .state = options.state}, events, std::move(configuration));
  if (const auto started = server.start(); !started) {
    fmt::print(stderr, "pillarbox serve: {}\n", started.error());
    return exit_failed;
  }
  server.run();
  return exit_ok;
}

int serve_in_background(const Options& options, config::Configuration configuration) {
  Daemon daemon;
  log::write_to_syslog();
  Events events;
  Server server({.config = options.config, .state = options.state}, events, std::move(configuration));
  const auto started = server.start();
  daemon.report(started ? "" : started.error());
  if (!started) return exit_failed;
  server.run();
  return exit_ok;
}

int run(const Options& options) {
  if (options.verbose) log::set_level(log::Level::debug);
  Machine machine;
  config::Parsed parsed = load_configuration(options.config, machine);
  if (!parsed.diagnostics.empty()) fmt::print(stderr, "{}", parsed.text());
  if (!parsed.ok()) {
    fmt::print(stderr, "pillarbox serve: {} has mistakes; nothing was started\n", options.config);
    return exit_failed;
  }
  return options.foreground ? serve(options, std::move(parsed.configuration))
                            : serve_in_background(options, std::move(parsed.configuration));
}

}  // namespace

void add_serve_command(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();  // shared with the callback, which outlives this call
  auto* command = app.add_subcommand("serve", "Run the server");
  command->add_option("-f,--config", options->config, "The configuration file")->capture_default_str();
  command->add_option("--state", options->state, "The folder where everything is kept")
      ->capture_default_str();
  command->add_flag("-d", options->foreground,
                    "Stay in the foreground and log to standard error, not to syslog");
  command->add_flag("-v", options->verbose, "Log more");
  command->footer("SIGHUP reads the configuration again, SIGTERM stops.");
  command->callback([options, &code] { code = run(*options); });
}

}  // namespace pillarbox::app
