#include "app/hash_command.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "crypto/password_hash.h"
#include "crypto/secret.h"

namespace pillarbox::app {
namespace {

std::string check_scheme(const std::string& name) {
  if (crypto::scheme_to_make(name)) return "";
  return fmt::format("no scheme {}: one of {}", name, fmt::join(crypto::names_of_schemes_to_make(), ", "));
}

int hash(const AskPassword& ask, const std::string& scheme) {
  auto password = ask();
  if (!password) {
    fmt::print(stderr, "pillarbox: {}\n", password.error());
    return 1;
  }
  const crypto::Wiper wiper(*password);
  fmt::print("{}\n", crypto::make_password_hash(*crypto::scheme_to_make(scheme), *password));
  return 0;
}

}  // namespace

void add_scheme_option(CLI::App& command, std::string& scheme) {
  scheme = crypto::names_of_schemes_to_make().front();
  command
      .add_option("-s,--scheme", scheme,
                  fmt::format("{}", fmt::join(crypto::names_of_schemes_to_make(), ", ")))
      ->type_name("SCHEME")
      ->capture_default_str()
      ->check(check_scheme);
}

void add_hash_command(CLI::App& app, int& code, AskPassword ask) {
  auto* command = app.add_subcommand("hash", "Print the hash of a password, for a user list");
  command->footer("Asks twice on a terminal, reads one line from a pipe, and prints the hash alone.");
  auto scheme =
      std::make_shared<std::string>();  // shared with the callback, which comes when the line was read
  add_scheme_option(*command, *scheme);
  command->callback([&code, scheme, ask = std::move(ask)] { code = hash(ask, *scheme); });
}

}  // namespace pillarbox::app
