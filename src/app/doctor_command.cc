#include <fmt/core.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "app/paths.h"
#include "store/journal/doctor.h"

namespace pillarbox::app {
namespace {

using store::journal::Finding;

struct Options {
  std::string state = default_state;
  bool rebuild = false;
  bool json = false;
};

void show_progress(std::string_view what, std::uint64_t done, std::uint64_t total) {
  if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r{}: {} of {}   ", what, done, total);
}

void print(const Finding& finding) {
  fmt::print("{} at {}: {}\n    {}\n", finding.file, finding.offset, finding.what, finding.advice);
}

boost::json::array describe(const std::vector<Finding>& findings) {
  boost::json::array rows;
  for (const Finding& finding : findings) {
    rows.push_back(boost::json::object{{"file", finding.file},
                                       {"offset", finding.offset},
                                       {"what", finding.what},
                                       {"advice", finding.advice}});
  }
  return rows;
}

int fail(const store::Error& error) {
  fmt::print(stderr, "pillarbox doctor: {}\n", error.detail);
  return exit_failed;
}

int rebuild(const Options& options, store::journal::Disk& disk) {
  const auto passed_over = store::journal::rebuild_index(store_folder(options.state).string(), disk);
  if (!passed_over) return fail(passed_over.error());
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"ok", true}, {"accepted", describe(*passed_over)}}));
    return exit_ok;
  }
  for (const Finding& finding : *passed_over) print(finding);
  fmt::print("the index was made anew from the journal; {} damaged places were passed over\n",
             passed_over->size());
  return exit_ok;
}

int examine(const Options& options, store::journal::Disk& disk) {
  const auto examined = store::journal::examine(store_folder(options.state).string(), disk, show_progress);
  if (!examined) return fail(examined.error());
  const bool is_well = examined->findings.empty();
  if (options.json) {
    const boost::json::object report{{"ok", is_well},
                                     {"accounts", examined->accounts},
                                     {"mailboxes", examined->mailboxes},
                                     {"messages", examined->messages},
                                     {"bodies", examined->bodies},
                                     {"body_bytes", examined->body_bytes},
                                     {"queued", examined->queued},
                                     {"findings", describe(examined->findings)}};
    fmt::print("{}\n", boost::json::serialize(report));
  } else {
    if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\x1b[K");
    for (const Finding& finding : examined->findings) print(finding);
    fmt::print("{} accounts, {} mailboxes, {} messages, {} bodies with {} octets, {} in the queue: {}\n",
               examined->accounts, examined->mailboxes, examined->messages, examined->bodies,
               examined->body_bytes, examined->queued,
               is_well ? "all is well" : fmt::format("{} faults", examined->findings.size()));
  }
  return is_well ? exit_ok : exit_failed;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();  // shared with the callback, which outlives this call
  auto* command = app.add_subcommand("doctor", "Verify the store, or make its index anew");
  command->add_option("--state", options->state, "The server's state folder")->capture_default_str();
  command->add_flag("--rebuild", options->rebuild,
                    "Make the index anew from the journal; what is damaged is passed over and named");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "The server must not be running. Without --rebuild nothing is changed, and the exit code is 1 if "
      "anything is wrong.");
  command->callback([options, &code] {
    const auto disk = store::journal::make_posix_disk();
    code = options->rebuild ? rebuild(*options, *disk) : examine(*options, *disk);
  });
}

}  // namespace pillarbox::app
