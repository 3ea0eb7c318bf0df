// A set of message numbers or UIDs, kept as sorted ranges: what a sequence set means once `*` is known, and
// what COPYUID, MODIFIED and ESEARCH's ALL are written from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pillarbox::imap {

// Both ends belong to it. first <= last, and first >= 1: no number of IMAP is 0.
struct NumberRange {
  std::uint32_t first = 1;
  std::uint32_t last = 1;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

class NumberSet {
 public:
  NumberSet() = default;
  // Of ranges in any order, overlapping or not. O(n log n), O(n) if they are in order.
  explicit NumberSet(std::vector<NumberRange> ranges);

  // Adds one number; constant time if it is larger than all there are, else linear.
  void add(std::uint32_t number) { add(NumberRange{number, number}); }
  void add(NumberRange range);

  bool contains(std::uint32_t number) const;  // logarithmic
  bool empty() const { return ranges_.empty(); }
  std::uint64_t size() const;                                       // how many numbers, linear in the ranges
  std::uint32_t smallest() const { return ranges_.front().first; }  // Requires: !empty()
  std::uint32_t largest() const { return ranges_.back().last; }     // Requires: !empty()

  // Sorted, disjoint, and never touching: 1:2 and 3:4 are one range.
  std::span<const NumberRange> ranges() const { return ranges_; }

  friend bool operator==(const NumberSet&, const NumberSet&) = default;

 private:
  std::vector<NumberRange> ranges_;
};

}  // namespace pillarbox::imap
