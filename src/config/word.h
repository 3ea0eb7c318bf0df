// What statements are made of: words, names of tables, values to compare with. Each knows its place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/source.h"

namespace pillarbox::config {

// A text with the place it was written at.
struct Word {
  Position position;
  std::string text;
};

// `<name>`: the name of a table, known to exist once parse() found no mistake.
struct TableRef {
  Position position;
  std::string name;
};

// What a condition compares with: a word, a list `{ a, b }`, or a table; behind `regex`, each is a regular
// expression (config/regex.h).
struct Operand {
  Position position;
  std::vector<std::string> values;  // empty if a table is named
  std::optional<TableRef> table;
  bool is_regex = false;
};

}  // namespace pillarbox::config
