// LIST's wildcards, RFC 3501 §6.3.8: `*` stands for anything, `%` for anything without the hierarchy
// separator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pillarbox::imap {

// A pattern made ready once to be matched with many names, all in UTF-8. Matching takes one step per byte of
// the name and 64 bytes of the pattern, whatever they hold: all ways to read the wildcards are followed at
// once.
class ListPattern {
 public:
  // `reference` is put before `pattern`, as it stands.
  ListPattern(std::string_view reference, std::string_view pattern, char separator);

  // INBOX, and INBOX as the first level, match in any case (RFC 3501 §5.1).
  bool matches(std::string_view name) const;

  // Whether mailboxes below `name` could match, which then have to be looked at. May say yes in vain, never
  // no.
  bool could_match_below(std::string_view name) const;

 private:
  using Word = std::uint64_t;
  using States = std::vector<Word>;

  void step(States& states, char c, const Word* matching) const;
  States run(std::string_view name) const;
  const Word* literals_equal_to(char c) const;

  // State i says that the first i literal characters of the pattern have been matched. A wildcard is a loop
  // there.
  std::size_t literal_count_ = 0;
  std::size_t words_ = 1;
  States loops_always_;            // states behind which stands `*`
  States loops_within_level_;      // … `%`
  std::vector<Word> equal_to_;     // words_ for each character that occurs: the places where it does
  std::uint16_t index_of_[256]{};  // into equal_to_, in units of words_; 0 is the empty set
  char separator_;
};

}  // namespace pillarbox::imap
