#include "mail/boundaries.h"

#include <algorithm>
#include <utility>

namespace pillarbox::mail {

void Boundaries::push(std::string boundary) {
  const auto level = static_cast<std::uint32_t>(stack_.size());
  const std::size_t delimiter = boundary.size() + 2;
  const auto place = std::ranges::upper_bound(sorted_, std::string_view(boundary), {},
                                              [this](const Sorted& entry) { return text(entry); });
  sorted_.insert(place, {.level = level, .prefix = -1});
  stack_.push_back({.boundary = std::move(boundary), .longest_before = longest_});
  longest_ = std::max(longest_, delimiter);
  link_prefixes();
}

void Boundaries::pop_to(std::size_t size) {
  if (size >= stack_.size()) return;
  longest_ = stack_[size].longest_before;
  stack_.resize(size);
  std::erase_if(sorted_, [size](const Sorted& entry) { return entry.level >= size; });
  link_prefixes();
}

// All prefixes of an entry stand before it, the longest nearest, and each is the prefix of the next.
void Boundaries::link_prefixes() {
  for (std::size_t i = 0; i < sorted_.size(); ++i) {
    auto candidate = static_cast<std::int32_t>(i) - 1;
    while (candidate >= 0 &&
           !text(sorted_[i]).starts_with(text(sorted_[static_cast<std::size_t>(candidate)]))) {
      candidate = sorted_[static_cast<std::size_t>(candidate)].prefix;
    }
    sorted_[i].prefix = candidate;
  }
}

std::optional<Boundaries::Match> Boundaries::match(std::string_view line) const {
  if (stack_.empty() || !line.starts_with("--")) return std::nullopt;
  line.remove_prefix(2);
  const auto behind =
      std::ranges::upper_bound(sorted_, line, {}, [this](const Sorted& entry) { return text(entry); });
  // What is a prefix of the line is not behind it, and is the last one before it or among that one's
  // prefixes.
  auto candidate = static_cast<std::int32_t>(behind - sorted_.begin()) - 1;
  if (candidate < 0) return std::nullopt;
  const std::string_view nearest = text(sorted_[static_cast<std::size_t>(candidate)]);
  const auto common = static_cast<std::size_t>(std::ranges::mismatch(line, nearest).in1 - line.begin());
  for (; candidate >= 0; candidate = sorted_[static_cast<std::size_t>(candidate)].prefix) {
    const Sorted& entry = sorted_[static_cast<std::size_t>(candidate)];
    if (text(entry).size() > common) continue;
    return Match{.level = entry.level, .is_closing = line.substr(text(entry).size()).starts_with("--")};
  }
  return std::nullopt;
}

}  // namespace pillarbox::mail
