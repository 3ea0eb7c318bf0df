#include "route/alias_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/clock.h"
#include "mail/address.h"
#include "route/settings.h"
#include "tables/file_table.h"
#include "tables/keys.h"
#include "tables/passwd_line.h"

namespace pillarbox::route {
namespace {

constexpr std::size_t shown_circle = 10;  // names of one; of a longer one the rest is left out
constexpr std::size_t most_circles = 20;  // reported
constexpr std::size_t most_tables = 2;    // an action has `virtual` and `alias`

}  // namespace

AliasCheck::AliasCheck(const config::Configuration& configuration, tables::SystemUsers& system_users)
    : delimiters_(settings_of(configuration).sub_addr_delim), system_users_(system_users) {
  our_domains_ = {"localhost", tables::domain_key(configuration.hostname)};
  for (const config::Domain& domain : configuration.domains)
    our_domains_.insert(tables::domain_key(domain.name));
  maps_.reserve(most_tables);
}

void AliasCheck::set_users(const tables::Lines& users) {
  has_userbase_ = true;
  std::vector<tables::LineError> ignored;
  for (const tables::PasswdEntry& user : tables::PasswdMap::parse(users, ignored).entries())
    local_parts_.insert(tables::login_key(user.login.substr(0, user.login.rfind('@'))));
}

void AliasCheck::add(const std::string& table, const tables::Lines& lines) {
  if (maps_.size() == most_tables) return;
  std::vector<tables::LineError> ignored;
  const auto& map = maps_.emplace_back(tables::AliasMap::parse(lines, ignored));
  for (const auto& [key, entry] : map.entries())
    nodes_.try_emplace(key, Node{table, entry.line, &entry.targets});
}

bool AliasCheck::is_user(std::string_view name) {
  std::string key = tables::login_key(name);
  if (has_userbase_) return local_parts_.contains(key);
  const auto [asked, is_new] = asked_.try_emplace(key, true);
  if (is_new) {
    const auto user = system_users_.find(key);
    asked->second = !user || *user;  // who can't be looked up now may be there
  }
  return asked->second;
}

const AliasCheck::Nodes::value_type* AliasCheck::named(std::string_view name) const {
  for (const std::string_view one : {name, mail::split_detail(name, delimiters_).user}) {
    if (const auto found = nodes_.find(tables::folded(one)); found != nodes_.end()) return &*found;
  }
  return nullptr;
}

bool AliasCheck::is_known(std::string_view name) {
  return named(name) != nullptr || is_user(name) || is_user(mail::split_detail(name, delimiters_).user);
}

// The alias that a target is, if it is one.
const AliasCheck::Nodes::value_type* AliasCheck::next(const tables::AliasTarget& target) const {
  if (const auto* name = std::get_if<tables::AliasName>(&target))
    return name->is_final ? nullptr : named(name->name);
  const auto* address = std::get_if<tables::AliasAddress>(&target);
  if (address == nullptr) return nullptr;
  const auto& [local_part, domain] = address->address;
  for (const std::string_view one :
       {std::string_view(local_part), mail::split_detail(local_part, delimiters_).user}) {
    const auto found = nodes_.find(tables::address_key(one, domain));
    if (found != nodes_.end()) return &*found;
  }
  return our_domains_.contains(domain) ? named(local_part) : nullptr;
}

void AliasCheck::check_list(const Nodes::value_type& node, const std::string& path) {
  const SystemClock clock;
  tables::FileTable file("", path, tables::FileTable::Format::text, clock);
  const auto lines = file.lines();
  const auto report = [&](std::string message) {
    found_.push_back({node.second.table, node.second.line, std::move(message)});
  };
  if (!lines) return report(fmt::format("{}: mail for {} is deferred", lines.error().detail, node.first));
  std::vector<tables::LineError> errors = (*lines)->errors;
  const auto list = tables::TargetList::parse(**lines, errors);
  for (const tables::LineError& error : errors)
    report(fmt::format("{}:{}: {}", path, error.line, error.message));
  for (const tables::AliasTarget& target : list.targets) {
    const auto* name = std::get_if<tables::AliasName>(&target);
    if (name != nullptr && !is_known(name->name))
      report(fmt::format("{} names {}, who is neither a user nor an alias", path, name->name));
  }
}

void AliasCheck::check_targets(const Nodes::value_type& node) {
  for (const tables::AliasTarget& target : *node.second.targets) {
    if (const auto* list = std::get_if<tables::AliasInclude>(&target)) check_list(node, list->path);
    const auto* name = std::get_if<tables::AliasName>(&target);
    if (name == nullptr || is_known(name->name)) continue;
    found_.push_back(
        {node.second.table, node.second.line,
         fmt::format("{} leads to {}, who is neither a user nor an alias", node.first, name->name)});
  }
}

// A way that comes back to a name ends there if that is a user; else nobody ever gets the mail.
void AliasCheck::report_circle(const std::vector<const Nodes::value_type*>& way, std::size_t begin) {
  const auto is_nobody = [this](const auto* node) {
    return !is_user(std::string_view(node->first).substr(0, node->first.rfind('@')));
  };
  const auto first = way.begin() + static_cast<std::ptrdiff_t>(begin);
  if (std::none_of(first, way.end(), is_nobody)) return;
  std::string text = "alias loop: ";
  for (auto one = first; one != way.end(); ++one) {
    if (one - first == static_cast<std::ptrdiff_t>(shown_circle)) {
      text += "… → ";
      break;
    }
    text += (*one)->first + " → ";
  }
  found_.push_back({(*first)->second.table, (*first)->second.line, text + (*first)->first});
}

// Depth first, each alias once, without recursion: aliases may form long chains.
void AliasCheck::find_circles() {
  constexpr std::size_t done = -1;
  std::map<const Nodes::value_type*, std::size_t> places;  // on the way, or done
  std::vector<const Nodes::value_type*> way;
  std::size_t circles = 0;
  std::vector<std::size_t> at;  // which target of each on the way comes next
  for (const auto& start : nodes_) {
    if (places.contains(&start)) continue;
    way = {&start};
    at = {0};
    places.emplace(&start, 0);
    while (!way.empty()) {
      const auto* node = way.back();
      if (at.back() == node->second.targets->size()) {
        places[node] = done;
        way.pop_back();
        at.pop_back();
        continue;
      }
      const auto* to = next((*node->second.targets)[at.back()++]);
      if (to == nullptr) continue;
      const auto [place, is_new] = places.emplace(to, way.size());
      if (is_new) {
        way.push_back(to);
        at.push_back(0);
      } else if (place->second != done && ++circles <= most_circles) {
        report_circle(way, place->second);
      }
    }
  }
}

std::vector<AliasFinding> AliasCheck::run() {
  for (const auto& node : nodes_) check_targets(node);
  find_circles();
  std::ranges::sort(found_, {},
                    [](const AliasFinding& one) { return std::tie(one.table, one.line, one.message); });
  return std::move(found_);
}

}  // namespace pillarbox::route
