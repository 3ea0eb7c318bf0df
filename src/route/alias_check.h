// What is wrong with an action's aliases beyond their grammar: names that lead to nobody, circles, lists that
// can't be read. Private to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "tables/alias_map.h"
#include "tables/system_users.h"
#include "tables/table.h"

namespace pillarbox::route {

struct AliasFinding {
  std::string table;
  std::uint32_t line = 0;
  std::string message;
};

class AliasCheck {
 public:
  AliasCheck(const config::Configuration& configuration, tables::SystemUsers& system_users);

  // The action's userbase; without it, the system's users are.
  void set_users(const tables::Lines& users);
  // One of the action's tables of aliases.
  void add(const std::string& table, const tables::Lines& lines);

  // Once. In linear time, but for the search for each name among the system's users.
  std::vector<AliasFinding> run();

 private:
  // A line of one of the tables, by the key that leads to it.
  struct Node {
    std::string table;
    std::uint32_t line = 0;
    const std::vector<tables::AliasTarget>* targets = nullptr;
  };
  using Nodes = std::map<std::string, Node>;

  const Nodes::value_type* next(const tables::AliasTarget& target) const;
  const Nodes::value_type* named(std::string_view name) const;
  bool is_user(std::string_view name);
  bool is_known(std::string_view name);
  void check_targets(const Nodes::value_type& node);
  void check_list(const Nodes::value_type& node, const std::string& path);
  void find_circles();
  void report_circle(const std::vector<const Nodes::value_type*>& way, std::size_t begin);

  std::set<std::string> our_domains_;
  std::string delimiters_;
  tables::SystemUsers& system_users_;
  bool has_userbase_ = false;
  std::set<std::string> local_parts_;   // of the userbase's logins
  std::map<std::string, bool> asked_;   // system users
  std::vector<tables::AliasMap> maps_;  // what the nodes point into
  Nodes nodes_;
  std::vector<AliasFinding> found_;
};

}  // namespace pillarbox::route
