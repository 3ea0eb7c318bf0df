#include "tables/tables.h"

#include <utility>

#include "base/try.h"
#include "tables/file_table.h"

namespace pillarbox::tables {
namespace {

// A table that stands in the configuration: it changes only with it.
class InlineTable final : public Table {
 public:
  explicit InlineTable(const config::Table& table) : name_(table.name) {
    auto lines = std::make_shared<Lines>();
    lines->source = "table " + table.name;
    std::uint32_t number = 0;
    for (const auto& [key, value] : table.entries) {
      const std::string_view text = lines->pieces.emplace_back(key);
      lines->lines.push_back({.number = ++number, .text = text, .value = lines->pieces.emplace_back(value)});
    }
    lines_ = std::move(lines);
  }

  const std::string& name() const override { return name_; }
  std::expected<std::shared_ptr<const Lines>, Unavailable> lines() override { return lines_; }
  std::expected<std::shared_ptr<const Lines>, Unavailable> fresh_lines() override { return lines_; }

 private:
  std::string name_;
  std::shared_ptr<const Lines> lines_;  // shared with who reads it
};

}  // namespace

std::unique_ptr<Table> make_table(const config::Table& table, const Clock& clock) {
  if (table.is_inline()) return std::make_unique<InlineTable>(table);
  const auto format =
      table.kind == config::Table::Kind::db ? FileTable::Format::database : FileTable::Format::text;
  return std::make_unique<FileTable>(table.name, table.path, format, clock);
}

Tables::Tables(const std::vector<config::Table>& tables, const Clock& clock) {
  for (const config::Table& table : tables) tables_.emplace(table.name, make_table(table, clock));
}

Table* Tables::find(std::string_view name) const {
  const auto found = tables_.find(std::string(name));
  return found == tables_.end() ? nullptr : found->second.get();
}

Table& Tables::get(std::string_view name) const {
  Table* table = find(name);
  ASSERT(table != nullptr);
  return *table;
}

}  // namespace pillarbox::tables
