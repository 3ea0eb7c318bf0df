#include "proto/imap/list_match.h"

#include "base/text.h"

namespace pillarbox::imap {
namespace {

constexpr std::string_view inbox = "INBOX";

void set_bit(std::vector<std::uint64_t>& words, std::size_t bit) {
  words[bit / 64] |= std::uint64_t{1} << bit % 64;
}

bool has_bit(const std::vector<std::uint64_t>& words, std::size_t bit) {
  return (words[bit / 64] >> bit % 64 & 1) != 0;
}

}  // namespace

ListPattern::ListPattern(std::string_view reference, std::string_view pattern, char separator)
    : separator_(separator) {
  const std::size_t most_states = reference.size() + pattern.size() + 1;
  words_ = (most_states + 63) / 64;
  loops_always_.resize(words_);
  loops_within_level_.resize(words_);
  equal_to_.resize(words_);
  for (const std::string_view text : {reference, pattern}) {
    for (const char c : text) {
      if (c == '*') {
        set_bit(loops_always_, literal_count_);
      } else if (c == '%') {
        set_bit(loops_within_level_, literal_count_);
      } else {
        std::uint16_t& index = index_of_[static_cast<unsigned char>(c)];
        if (index == 0) {
          index = static_cast<std::uint16_t>(equal_to_.size() / words_);
          equal_to_.resize(equal_to_.size() + words_);
        }
        equal_to_[index * words_ + literal_count_ / 64] |= Word{1} << literal_count_ % 64;
        ++literal_count_;
      }
    }
  }
}

const ListPattern::Word* ListPattern::literals_equal_to(char c) const {
  return &equal_to_[index_of_[static_cast<unsigned char>(c)] * words_];
}

// Follows every state at once over one character: on by a literal, or round a wildcard.
void ListPattern::step(States& states, char c, const Word* matching) const {
  Word carry = 0;
  for (std::size_t i = 0; i < words_; ++i) {
    const Word advancing = states[i] & matching[i];
    Word staying = states[i] & loops_always_[i];
    if (c != separator_) staying |= states[i] & loops_within_level_[i];
    states[i] = advancing << 1 | carry | staying;
    carry = advancing >> 63;
  }
}

ListPattern::States ListPattern::run(std::string_view name) const {
  States states(words_);
  set_bit(states, 0);
  std::size_t i = 0;
  const bool is_inbox =
      name.starts_with(inbox) && (name.size() == inbox.size() || name[inbox.size()] == separator_);
  if (is_inbox) {
    States either_case(words_);
    for (; i < inbox.size(); ++i) {
      const Word* upper = literals_equal_to(name[i]);
      const Word* lower = literals_equal_to(ascii_lower(name[i]));
      for (std::size_t word = 0; word < words_; ++word) either_case[word] = upper[word] | lower[word];
      step(states, name[i], either_case.data());
    }
  }
  for (; i < name.size(); ++i) step(states, name[i], literals_equal_to(name[i]));
  return states;
}

bool ListPattern::matches(std::string_view name) const { return has_bit(run(name), literal_count_); }

bool ListPattern::could_match_below(std::string_view name) const {
  States states = run(name);
  step(states, separator_, literals_equal_to(separator_));
  // At the end of the pattern a child's name can only go on round a wildcard.
  const bool ends = !has_bit(loops_always_, literal_count_) && !has_bit(loops_within_level_, literal_count_);
  if (ends) states[literal_count_ / 64] &= ~(Word{1} << literal_count_ % 64);
  for (const Word word : states) {
    if (word != 0) return true;
  }
  return false;
}

}  // namespace pillarbox::imap
