#include <fmt/chrono.h>
#include <fmt/core.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/control.h"
#include "app/paths.h"

namespace pillarbox::app {
namespace {

struct Options {
  std::string state = default_state;
  std::string account;
  std::string mailbox = "INBOX";
  bool list = false;
  bool json = false;
};

std::string day(const boost::json::object& row, const char* key) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(static_cast<std::time_t>(row.at(key).as_int64())));
}

int run(const Options& options) {
  const auto answer = ask_server(options.state, {{"verb", "undelete"},
                                                 {"account", options.account},
                                                 {"mailbox", options.mailbox},
                                                 {"list", options.list}});
  if (!answer) {
    fmt::print(stderr, "pillarbox undelete: {}\n", answer.error());
    return exit_failed;
  }
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(*answer));
    return exit_ok;
  }
  const auto& messages = answer->at("messages").as_array();
  if (messages.empty()) {
    fmt::print("nothing of {}/{} can be restored\n", options.account, options.mailbox);
    return exit_ok;
  }
  for (const auto& value : messages) {
    const auto& row = value.as_object();
    fmt::print("uid {:<8} {:>10} octets  received {}  expunged {}\n", row.at("uid").as_int64(),
               row.at("size").as_int64(), day(row, "received"), day(row, "expunged"));
  }
  if (!options.list) {
    fmt::print("{} restored to {}/{}, with new uids\n", answer->at("restored").to_number<std::uint64_t>(),
               options.account, options.mailbox);
  }
  return exit_ok;
}

}  // namespace

void add_undelete_command(CLI::App& app, int& code) {
  auto options = std::make_shared<Options>();  // shared with the callback, which outlives this call
  auto* command = app.add_subcommand("undelete", "Bring expunged mail back, while the store still has it");
  command->add_option("account", options->account, "Whose mail: the login name")->required();
  command->add_option("mailbox", options->mailbox, "Which mailbox")->capture_default_str();
  command->add_flag("--list", options->list, "Only show what could be restored");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_option("--state", options->state, "The server's state folder")->capture_default_str();
  command->footer(
      "Asks the running server. How long mail can be restored is the setting `store undelete-window`.");
  command->callback([options, &code] { code = run(*options); });
}

}  // namespace pillarbox::app
