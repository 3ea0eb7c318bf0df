#include "route/check_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "config/open_relay.h"
#include "mail/address.h"
#include "route/table_roles.h"
#include "tables/address_list.h"
#include "tables/alias_map.h"
#include "tables/domain_list.h"
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
  TableCheck(config::Configuration& configuration, const tables::Tables& tables)
      : configuration_(configuration), tables_(tables) {}

  void read_all();
  void check_aliases();
  void check_open_relays();
  std::vector<config::Diagnostic> take() { return std::move(found_); }

 private:
  void read(const config::Table& table, const std::set<Role>& roles);
  void report_line(const config::Table& table, std::uint32_t line, std::string message);
  void check_targets(const config::LocalAction& action, const std::string& table);
  const tables::Lines* lines(const std::string& table) const {
    const auto found = read_.find(table);
    return found == read_.end() ? nullptr : found->second.get();
  }

  config::Configuration& configuration_;
  const tables::Tables& tables_;
  std::map<std::string, std::shared_ptr<const tables::Lines>> read_;  // shared with the tables
  std::map<std::string, std::uint32_t> shown_;                        // table → its text among the sources
  std::set<std::pair<std::string, std::string>> targets_checked_;     // table, userbase
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
  if (table.is_inline()) {
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

// Names that aliases lead to, and that neither an alias nor a user has.
void TableCheck::check_targets(const config::LocalAction& action, const std::string& table) {
  const tables::Lines* of_aliases = lines(table);
  const tables::Lines* of_users = lines(action.userbase->name);
  const bool is_new = targets_checked_.emplace(table, action.userbase->name).second;
  if (of_aliases == nullptr || of_users == nullptr || !is_new) return;

  std::vector<tables::LineError> ignored;
  const auto aliases = tables::AliasMap::parse(*of_aliases, ignored);
  const auto users = tables::PasswdMap::parse(*of_users, ignored);
  std::set<std::string> local_parts;
  for (const tables::PasswdEntry& user : users.entries()) {
    local_parts.insert(tables::login_key(user.login.substr(0, user.login.rfind('@'))));
  }
  std::vector<const tables::AliasMap*> maps = {&aliases};
  std::optional<tables::AliasMap> other;
  const auto& second =
      action.aliases && action.aliases->name != table ? action.aliases : action.virtual_aliases;
  if (second && lines(second->name) != nullptr)
    maps.push_back(&other.emplace(tables::AliasMap::parse(*lines(second->name), ignored)));

  const auto is_known = [&](std::string_view name) {
    return local_parts.contains(tables::login_key(name)) ||
           std::ranges::any_of(maps, [&](const auto* map) { return map->find_name(name) != nullptr; });
  };
  std::map<std::uint32_t, std::string> lost;
  for (const auto& [key, entry] : aliases.entries()) {
    for (const tables::AliasTarget& target : entry.targets) {
      if (target.address || is_known(target.name) || is_known(mail::split_detail(target.name).user)) continue;
      lost.emplace(entry.line,
                   fmt::format("{} leads to {}, who is neither a user nor an alias", key, target.name));
    }
  }
  for (auto& [line, message] : lost) report_line(*configuration_.table(table), line, std::move(message));
}

void TableCheck::check_aliases() {
  for (const config::Action& action : configuration_.actions) {
    const auto* mailbox = std::get_if<config::LocalAction>(&action.method);
    if (mailbox == nullptr || !mailbox->userbase) continue;
    if (mailbox->virtual_aliases) check_targets(*mailbox, mailbox->virtual_aliases->name);
    if (mailbox->aliases) check_targets(*mailbox, mailbox->aliases->name);
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
                                             const tables::Tables& tables) {
  TableCheck check(configuration, tables);
  check.read_all();
  check.check_aliases();
  check.check_open_relays();
  return check.take();
}

}  // namespace pillarbox::route
