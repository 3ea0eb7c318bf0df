// The tables and lists that rules and actions look into, each read once for all who use it. Private to this
// folder.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "config/configuration.h"
#include "tables/tables.h"

namespace pillarbox::route {

// Whether a look-up may miss what changed in the last second, or must look now.
enum class Freshness : std::uint8_t { usual, now };

// A list or map of kind X. Shared lists may be looked into from any thread.
template <class X>
class List {
 public:
  explicit List(tables::Table& table) : typed_(table) {}

  typename tables::Typed<X>::Result get(Freshness freshness) const {
    return freshness == Freshness::now ? typed_.fresh() : typed_.get();
  }

 private:
  mutable tables::Typed<X> typed_;  // a cache: reading it again doesn't change what it says
};

// All lists of kind X of a configuration, by the table's name.
template <class X>
class Lists {
 public:
  explicit Lists(tables::Tables& tables) : tables_(tables) {}

  const List<X>& named(const std::string& table) {
    auto& list = by_name_[table];
    if (!list) list = std::make_unique<List<X>>(tables_.get(table));
    return *list;
  }

  // Of an operand, which names a table or lists its values itself.
  const List<X>& of(const config::Operand& operand) {
    if (operand.table) return named(operand.table->name);
    config::Table written{.kind = config::Table::Kind::inline_list};
    for (const std::string& value : operand.values) written.entries.emplace_back(value, "");
    written.name = "of a rule";
    inline_tables_.push_back(tables::make_table(written, clock_));
    inline_lists_.push_back(std::make_unique<List<X>>(*inline_tables_.back()));
    return *inline_lists_.back();
  }

 private:
  tables::Tables& tables_;
  SystemClock clock_;  // inline tables never look at it
  std::map<std::string, std::unique_ptr<List<X>>> by_name_;
  std::vector<std::unique_ptr<tables::Table>> inline_tables_;
  std::vector<std::unique_ptr<List<X>>> inline_lists_;
};

}  // namespace pillarbox::route
