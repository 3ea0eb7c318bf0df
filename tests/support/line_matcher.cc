#include "support/line_matcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace pillarbox::transcript {

void LineMatcher::feed(std::string_view output) {
  partial_ += output;
  for (;;) {
    const auto end = partial_.find("\r\n");
    if (end == std::string::npos) return;
    lines_.push_back(partial_.substr(0, end));
    partial_.erase(0, end + 2);
  }
}

std::optional<std::string> LineMatcher::expect(std::string_view beginning, bool skips) {
  auto fits = [&](const std::string& line) { return line.starts_with(beginning); };
  auto found = lines_.begin();
  if (may_skip_) found = std::ranges::find_if(lines_, fits);
  if (found == lines_.end())
    return fmt::format("expected `{}`, but nothing came", escape_controls(beginning));
  if (!fits(*found))
    return fmt::format("expected `{}`, got `{}`", escape_controls(beginning), escape_controls(*found));
  lines_.erase(lines_.begin(), found + 1);
  may_skip_ = skips;
  return std::nullopt;
}

std::optional<std::string> LineMatcher::expect_nothing_more() {
  if (may_skip_) lines_.clear();
  may_skip_ = false;
  if (!lines_.empty()) return fmt::format("unexpected: `{}`", escape_controls(lines_.front()));
  if (!partial_.empty()) return fmt::format("unexpected: `{}`", escape_controls(partial_));
  return std::nullopt;
}

bool LineMatcher::has(std::string_view beginning) const {
  if (lines_.empty()) return false;
  return !may_skip_ ||
         std::ranges::any_of(lines_, [&](const std::string& l) { return l.starts_with(beginning); });
}

}  // namespace pillarbox::transcript
