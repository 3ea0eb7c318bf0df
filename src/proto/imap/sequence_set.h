// RFC 3501 §9 `sequence-set`: numbers, ranges and `*`, as the client wrote them but sorted and merged.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "proto/imap/number_set.h"
#include "proto/imap/syntax_error.h"

namespace pillarbox::imap {

class SequenceSet {
 public:
  // A whole sequence-set such as `1,5:3,8:*`. At most limits::ranges_in_set ranges.
  static std::expected<SequenceSet, SyntaxError> parse(std::string_view text);

  SequenceSet() = default;
  explicit SequenceSet(NumberSet numbers) : numbers_(std::move(numbers)) {}

  // What it means when `largest` is the largest number in use; 0 says that none is (then `*` means nothing).
  // Numbers beyond `largest` that were asked for stay in, except that `7:*` with largest 3 is 3 alone: no
  // message lies between. Cutting at what exists is for the caller, who knows it.
  NumberSet resolve(std::uint32_t largest) const;

  // The numbers written out, without what `*` stands for. A set of sequence numbers whose largest() is more
  // than the mailbox holds is an error (RFC 3501 §9, seq-number).
  const NumberSet& numbers() const { return numbers_; }

  // Set if `*` occurs: n for the lowest `n:*`, or star_alone.
  std::optional<std::uint32_t> star_from() const { return star_from_; }
  static constexpr std::uint32_t star_alone = UINT32_MAX;

  friend bool operator==(const SequenceSet&, const SequenceSet&) = default;

 private:
  NumberSet numbers_;
  std::optional<std::uint32_t> star_from_;  // of several `n:*` only the lowest n makes a difference
};

}  // namespace pillarbox::imap
