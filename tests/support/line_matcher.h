// Compares output, line by line, with what a transcript expects of it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::transcript {

class LineMatcher {
 public:
  void feed(std::string_view output);

  // The next line must begin like that; lines before it may be skipped if the last expectation said so. What
  // is wrong, or nothing.
  std::optional<std::string> expect(std::string_view beginning, bool skips);

  // All output was expected, or may be skipped.
  std::optional<std::string> expect_nothing_more();

  // Whether an expectation that skips has been met and the given one isn't there yet: for who must wait for
  // output.
  bool has(std::string_view beginning) const;

 private:
  std::string partial_;  // a line that has not ended
  std::deque<std::string> lines_;
  bool may_skip_ = true;  // a greeting needn't be expected
};

}  // namespace pillarbox::transcript
