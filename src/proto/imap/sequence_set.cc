#include "proto/imap/sequence_set.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {
namespace {

constexpr std::uint32_t star = 0;  // while parsing: 0 is no number of IMAP

// Takes `seq-number` off the front.
std::expected<std::uint32_t, SyntaxError> take_number(std::string_view& text) {
  if (text.starts_with('*')) {
    text.remove_prefix(1);
    return star;
  }
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && is_ascii_digit(text[digits]); ++digits) {
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    if (value > UINT32_MAX) return std::unexpected(SyntaxError::bad_sequence_set);
  }
  if (value == 0 || text[0] == '0') return std::unexpected(SyntaxError::bad_sequence_set);
  text.remove_prefix(digits);
  return static_cast<std::uint32_t>(value);
}

}  // namespace

std::expected<SequenceSet, SyntaxError> SequenceSet::parse(std::string_view text) {
  std::vector<NumberRange> ranges;
  std::optional<std::uint32_t> star_from;
  for (std::size_t count = 0;; ++count) {
    if (count == limits::ranges_in_set) return std::unexpected(SyntaxError::too_many_items);
    std::uint32_t first = TRY(take_number(text));
    std::uint32_t last = first;
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      last = TRY(take_number(text));
    }
    if (first == star || last == star) {
      const std::uint32_t from = first == last ? star_alone : std::max(first, last);
      star_from = std::min(star_from.value_or(star_alone), from);
    } else {
      if (first > last) std::swap(first, last);
      ranges.push_back({first, last});
    }
    if (text.empty()) break;
    if (text[0] != ',') return std::unexpected(SyntaxError::bad_sequence_set);
    text.remove_prefix(1);
  }
  SequenceSet set{NumberSet(std::move(ranges))};
  set.star_from_ = star_from;
  return set;
}

NumberSet SequenceSet::resolve(std::uint32_t largest) const {
  if (!star_from_ || largest == 0) return numbers_;
  NumberSet set = numbers_;
  set.add(NumberRange{std::min(*star_from_, largest), largest});
  return set;
}

}  // namespace pillarbox::imap
