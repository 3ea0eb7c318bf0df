// What the tests of this folder share.
#pragma once

#include <string>
#include <vector>

#include "tables/table.h"

namespace pillarbox::tables::testing {

// A text read as an X, with what was wrong.
template <class X>
struct Read {
  X value;
  std::vector<std::string> errors;  // "line: message"
};

template <class X>
Read<X> read(std::string text) {
  const auto lines = split_lines("test", std::move(text));
  std::vector<LineError> errors = lines->errors;
  Read<X> result{X::parse(*lines, errors), {}};
  for (const LineError& error : errors)
    result.errors.push_back(std::to_string(error.line) + ": " + error.message);
  return result;
}

}  // namespace pillarbox::tables::testing
