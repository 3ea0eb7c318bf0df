// All tables of a configuration, by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "config/configuration.h"
#include "tables/table.h"

namespace pillarbox::tables {

class Tables {
 public:
  // Nothing is read before it is asked for. `clock` decides when to look for changes.
  Tables(const std::vector<config::Table>& tables, const Clock& clock);

  // nullptr if there is none of that name.
  Table* find(std::string_view name) const;
  // Requires: the configuration was checked, so the name exists.
  Table& get(std::string_view name) const;

 private:
  std::unordered_map<std::string, std::unique_ptr<Table>> tables_;
};

// A table of the configuration by itself.
std::unique_ptr<Table> make_table(const config::Table& table, const Clock& clock);

}  // namespace pillarbox::tables
