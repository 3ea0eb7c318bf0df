// The boundaries of the multiparts that are open at a place in a message, innermost last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::mail {

class Boundaries {
 public:
  bool is_empty() const { return stack_.empty(); }
  std::size_t size() const { return stack_.size(); }

  void push(std::string boundary);
  // Back to `size` boundaries.
  void pop_to(std::size_t size);

  // How long a line may have to be until match() is sure of it, "--" included.
  std::size_t longest_delimiter() const { return longest_; }

  struct Match {
    std::size_t level = 0;    // index into the stack
    bool is_closing = false;  // "--" follows
  };
  // The boundary that a line is a delimiter of: it begins with "--" and the boundary, whatever follows
  // (RFC 2046 §5.1.1). Where several fit the longest counts, of equal ones the innermost. Logarithmic in
  // their number.
  std::optional<Match> match(std::string_view line) const;

 private:
  struct Entry {
    std::string boundary;
    std::size_t longest_before = 0;  // longest_ without it
  };
  // The entries in the order of their bytes, equal ones from the outside in.
  struct Sorted {
    std::uint32_t level;
    std::int32_t prefix;  // nearest entry before this one that is a prefix of it, -1 if none
  };

  std::string_view text(const Sorted& entry) const { return stack_[entry.level].boundary; }
  void link_prefixes();

  std::vector<Entry> stack_;
  std::vector<Sorted> sorted_;
  std::size_t longest_ = 0;
};

}  // namespace pillarbox::mail
