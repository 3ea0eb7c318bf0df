#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/control.h"
#include "app/load.h"
#include "app/paths.h"
#include "base/clock.h"
#include "config/check.h"
#include "route/check_tables.h"

namespace pillarbox::app {
namespace {

struct Options {
  std::string config = default_config;
  std::string state = default_state;
  bool json = false;
};

boost::json::object describe(const config::Diagnostic& diagnostic, const config::Sources& sources) {
  return {{"file", sources.name(diagnostic.position.file)},
          {"line", diagnostic.position.line},
          {"column", diagnostic.position.column},
          {"error", diagnostic.is_error()},
          {"message", diagnostic.message},
          {"expected", diagnostic.expected},
          {"nearest", diagnostic.nearest}};
}

// The ports of a configuration whose server runs are taken: by itself.
config::Ports ports_to_check(const std::string& state) {
  return ask_server(state, {{"verb", "endpoints"}}) ? config::Ports::leave : config::Ports::check;
}

int run(const Options& options) {
  Machine machine;
  config::Parsed parsed = load_configuration(options.config, machine);
  std::vector<config::Diagnostic> found = std::move(parsed.diagnostics);
  if (std::ranges::none_of(found, &config::Diagnostic::is_error)) {
    auto add = [&found](std::vector<config::Diagnostic> more) {
      found.insert(found.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    add(config::check_machine(parsed.configuration, machine, ports_to_check(options.state)));
    const SystemClock clock;
    const tables::Tables tables(parsed.configuration.tables, clock);
    tables::NameServiceUsers system_users;
    add(route::check_tables(parsed.configuration, tables, system_users));
  }
  const bool is_good = std::ranges::none_of(found, &config::Diagnostic::is_error);
  const config::Sources& sources = parsed.configuration.sources;
  if (options.json) {
    boost::json::array rows;
    for (const auto& diagnostic : found) rows.push_back(describe(diagnostic, sources));
    fmt::print("{}\n",
               boost::json::serialize(boost::json::object{{"ok", is_good}, {"found", std::move(rows)}}));
  } else {
    fmt::print(stderr, "{}", config::render(std::move(found), sources));
    if (is_good) fmt::print("configuration OK\n");
  }
  return is_good ? exit_ok : exit_failed;
}

}  // namespace

void add_check_command(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();  // shared with the callback, which outlives this call
  auto* command = app.add_subcommand("check", "Check the configuration and everything it names");
  command->add_option("-f,--config", options->config, "The configuration file")->capture_default_str();
  command->add_option("--state", options->state, "Where a running server is asked which ports are its own")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options, &code] { code = run(*options); });
}

}  // namespace pillarbox::app
