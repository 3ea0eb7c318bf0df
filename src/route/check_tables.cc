#include "route/check_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <variant>

#include "config/open_relay.h"
#include "route/alias_check.h"
#include "route/table_roles.h"
#include "tables/address_list.h"
#include "tables/alias_map.h"
#include "tables/domain_list.h"
#include "tables/file_table.h"
#include "tables/network_list.h"
#include "tables/pair.h"
#include "tables/passwd_line.h"
#include "tables/regex_list.h"
#include "tables/value_list.h"

namespace pillarbox::route {
namespace {

constexpr std::size_t shown_text = 4 << 20;  // of larger files no lines are shown, only their numbers

class TableCheck {
 public:
  TableCheck(config::Configuration& configuration, const tables::Tables& tables,
             tables::SystemUsers& system_users)
      : configuration_(configuration), tables_(tables), system_users_(system_users) {}

  void read_all();
  void check_aliases();
  void check_open_relays();
  std::vector<config::Diagnostic> take() { return std::move(found_); }

 private:
  void read(const config::Table& table, const std::set<Role>& roles);
  void report_line(const config::Table& table, std::uint32_t line, std::string message);
  const tables::Lines* lines(const std::string& table) const {
    const auto found = read_.find(table);
    return found == read_.end() ? nullptr : found->second.get();
  }

  config::Configuration& configuration_;
  const tables::Tables& tables_;
  tables::SystemUsers& system_users_;
  std::map<std::string, std::shared_ptr<const tables::Lines>> read_;     // shared with the tables
  std::map<std::string, std::uint32_t> shown_;                           // table → its text among the sources
  std::set<std::tuple<std::string, std::string, std::string>> checked_;  // virtual, alias, userbase
  std::set<std::tuple<std::string, std::uint32_t, std::string>> told_;   // table, line, message
  std::vector<config::Diagnostic> found_;
};

template <class X>
void parse_as(const tables::Lines& lines, std::vector<tables::LineError>& errors) {
  X::parse(lines, errors);
}

void parse_in_role(Role role, const tables::Lines& lines, std::vector<tables::LineError>& errors) {
  switch (role) {
    case Role::users: return parse_as<tables::PasswdMap>(lines, errors);
    case Role::aliases: return parse_as<tables::AliasMap>(lines, errors);
    case Role::domains: return parse_as<tables::DomainList>(lines, errors);
    case Role::networks: return parse_as<tables::NetworkList>(lines, errors);
    case Role::addresses: return parse_as<tables::AddressList>(lines, errors);
    case Role::senders: return parse_as<tables::SenderMap>(lines, errors);
    case Role::host_names: return parse_as<tables::AddressNames>(lines, errors);
    case Role::expressions: return parse_as<tables::RegexList>(lines, errors);
    case Role::values: return;
  }
}

void TableCheck::report_line(const config::Table& table, std::uint32_t line, std::string message) {
  config::Diagnostic diagnostic{.kind = config::Diagnostic::Kind::warning, .message = std::move(message)};
  if (table.is_inline() || table.kind == config::Table::Kind::db) {
    diagnostic.position = table.position;
    diagnostic.message = fmt::format("entry {} of this table: {}", line, diagnostic.message);
  } else {
    auto [shown, is_new] = shown_.try_emplace(table.name, 0);
    if (is_new) {
      const std::string& text = lines(table.name)->text;
      shown->second = configuration_.sources.add(table.path, text.size() <= shown_text ? text : "");
    }
    const std::string_view shown_line = configuration_.sources.line({shown->second, line, 1});
    const auto column = std::min(shown_line.find_first_not_of(" \t"), shown_line.size()) + 1;
    diagnostic.position = {shown->second, line, static_cast<std::uint32_t>(column)};
  }
  diagnostic.length = configuration_.sources.word_length(diagnostic.position);
  found_.push_back(std::move(diagnostic));
}

void TableCheck::read(const config::Table& table, const std::set<Role>& roles) {
  auto lines = tables_.get(table.name).fresh_lines();
  if (!lines) {
    found_.push_back({.position = table.position,
                      .length = configuration_.sources.word_length(table.position),
                      .message = "can't read this table: " + lines.error().detail,
                      .expected = "",
                      .nearest = "",
                      .notes = {}});
    return;
  }
  read_.emplace(table.name, *lines);
  if (const auto outdated =
          table.kind == config::Table::Kind::db ? tables::why_outdated(table.path) : std::nullopt) {
    found_.push_back({.kind = config::Diagnostic::Kind::warning,
                      .position = table.position,
                      .length = configuration_.sources.word_length(table.position),
                      .message = *outdated,
                      .expected = "",
                      .nearest = "",
                      .notes = {}});
  }
  // A line may be broken in several roles in the same way.
  std::set<std::pair<std::uint32_t, std::string>> errors;
  const auto add = [&](const std::vector<tables::LineError>& more) {
    for (const tables::LineError& error : more) errors.emplace(error.line, error.message);
  };
  add((*lines)->errors);
  for (const Role role : roles) {
    std::vector<tables::LineError> broken;
    parse_in_role(role, **lines, broken);
    add(broken);
  }
  for (const auto& [line, message] : errors) report_line(table, line, message);
}

void TableCheck::read_all() {
  const auto roles = table_roles(configuration_);
  for (const config::Table& table : configuration_.tables) {
    const auto used = roles.find(table.name);
    read(table, used == roles.end() ? std::set<Role>{} : used->second);
  }
}

void TableCheck::check_aliases() {
  for (const config::Action& action : configuration_.actions) {
    const auto* local = std::get_if<config::LocalAction>(&action.method);
    if (local == nullptr || (!local->virtual_aliases && !local->aliases)) continue;
    // Of several actions with the same tables, one tells all.
    const auto name = [](const auto& table) { return table ? table->name : std::string(); };
    if (!checked_.emplace(name(local->virtual_aliases), name(local->aliases), name(local->userbase)).second)
      continue;
    AliasCheck check(configuration_, system_users_);
    if (local->userbase) {
      const tables::Lines* users = lines(local->userbase->name);
      if (users == nullptr) continue;
      check.set_users(*users);
    }
    for (const auto& table : {local->virtual_aliases, local->aliases}) {
      if (table && lines(table->name) != nullptr) check.add(table->name, *lines(table->name));
    }
    for (auto& [table, line, message] : check.run()) {
      if (told_.emplace(table, line, message).second)
        report_line(*configuration_.table(table), line, std::move(message));
    }
  }
}

// The same proof as the parser's, with the files' values in the place of their names.
void TableCheck::check_open_relays() {
  config::Configuration whole = configuration_;
  for (config::Table& table : whole.tables) {
    const tables::Lines* known = lines(table.name);
    if (table.is_inline() || known == nullptr) continue;
    table.kind = config::Table::Kind::inline_list;
    for (const tables::Line& line : known->lines) table.entries.emplace_back(tables::list_value(line), "");
  }
  for (config::Diagnostic& found : config::find_open_relays(whole)) found_.push_back(std::move(found));
}

}  // namespace

std::vector<config::Diagnostic> check_tables(config::Configuration& configuration,
                                             const tables::Tables& tables,
                                             tables::SystemUsers& system_users) {
  TableCheck check(configuration, tables, system_users);
  check.read_all();
  check.check_aliases();
  check.check_open_relays();
  return check.take();
}

}  // namespace pillarbox::route
