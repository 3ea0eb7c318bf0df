#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "config/field.h"

namespace pillarbox::config {
namespace {

std::string range_of(const Field& field) {
  if (field.unit == Unit::yes_no) return "yes, no";
  if (field.unit == Unit::text) return "text";
  const std::string least = show_quantity(field.unit, field.least);
  if (field.most == std::numeric_limits<std::uint64_t>::max()) return "from " + least;
  return fmt::format("{} to {}", least, show_quantity(field.unit, field.most));
}

// A "|" would end the cell.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string describe(std::span<const FieldTable> tables) {
  std::string text =
      "# Settings\n\n"
      "Every setting with its default and range. Made by `./dev docs` from the tables in the code: "
      "don't edit.\n"
      "Sizes take K, M, G and T (1,024, …), times take ms, s, m, h and d. 0 never means unlimited.\n";
  std::vector<std::string_view> words;
  for (const FieldTable& table : tables) {
    if (std::ranges::find(words, table.word) == words.end()) words.push_back(table.word);
  }
  for (const std::string_view word : words) {
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "\n## {}\n\n| statement | default | range | meaning |\n|---|---|---|---|\n", word);
    for (const FieldTable& table : tables) {
      if (table.word != word) continue;
      for (const Field& field : table.fields) {
        std::string meaning = cell(field.sentence);
        if (!field.also.empty()) meaning += fmt::format(" Also written `{} {}`.", word, field.also);
        fmt::format_to(out, "| `{}` | `{}` | {} | {} |\n", statement_of(table, field),
                       cell(field.show(field, table.defaults)), range_of(field), meaning);
      }
    }
  }
  return text;
}

}  // namespace pillarbox::config
