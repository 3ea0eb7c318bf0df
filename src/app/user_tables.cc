#include "app/user_tables.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <set>

#include "base/text.h"

namespace pillarbox::app {
namespace {

std::set<std::string> login_tables(const config::Configuration& configuration) {
  std::set<std::string> names;
  for (const auto& listener : configuration.listeners) {
    if (listener.users) names.insert(listener.users->name);
  }
  return names;
}

std::set<std::string> mailbox_tables(const config::Configuration& configuration) {
  std::set<std::string> names;
  for (const auto& action : configuration.actions) {
    const auto* mailbox = std::get_if<config::LocalAction>(&action.method);
    if (mailbox != nullptr && mailbox->userbase) names.insert(mailbox->userbase->name);
  }
  return names;
}

}  // namespace

std::expected<config::Table, std::string> user_table(const config::Configuration& configuration,
                                                     const std::string& wanted) {
  if (!wanted.empty()) {
    if (const auto* table = configuration.table(wanted)) return *table;
    std::vector<std::string_view> names;
    for (const auto& table : configuration.tables) names.push_back(table.name);
    const auto nearest = nearest_word(wanted, names);
    return std::unexpected(fmt::format("there is no table {}{}", wanted,
                                       nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
  }
  auto names = login_tables(configuration);
  if (names.empty()) names = mailbox_tables(configuration);
  if (names.empty()) return std::unexpected("no listener has `auth <table>`, so there is no list of users");
  if (names.size() > 1) {
    return std::unexpected(
        fmt::format("there are several lists of users: choose by -t {}", fmt::join(names, " or -t ")));
  }
  return *configuration.table(*names.begin());
}

}  // namespace pillarbox::app
