// A list of regular expressions, for conditions behind the word `regex`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/regex.h"
#include "tables/table.h"

namespace pillarbox::tables {

class RegexList {
 public:
  // Lines beyond limits::expressions are reported and ignored, as are those that can't be read.
  static RegexList parse(const Lines& lines, std::vector<LineError>& errors);

  // Whether one of them matches somewhere in `text`. Time is linear in the text times the number of
  // expressions.
  bool contains(std::string_view text) const;
  // The same, of those expressions only that `is_wanted` for the text.
  bool contains_if(std::string_view text,
                   bool (*is_wanted)(std::string_view expression, std::string_view text)) const;

 private:
  struct Entry {
    std::string text;
    config::Regex regex;
  };
  std::vector<Entry> entries_;
};

}  // namespace pillarbox::tables
