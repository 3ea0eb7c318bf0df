// Finds a string in text that streams by, as SEARCH compares: i;unicode-casemap (RFC 5051, RFC 3501 §6.4.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::mail {

// Prepares text for many matchers at once: case-mapped, pieces cut anywhere.
class CasemapStream {
 public:
  // The prepared form of the chunk; a view into a buffer that the next call reuses.
  std::string_view feed(std::string_view utf8);
  // The end of one text: an unfinished character is dropped.
  void finish() { begun_.clear(); }

 private:
  std::string begun_;  // the first bytes of a character
  std::string prepared_;
};

// One string to look for. Linear time in the text, whatever both look like; matches may straddle chunks.
class TextMatcher {
 public:
  // An empty string is in every text.
  explicit TextMatcher(std::string_view utf8);

  // Text as CasemapStream prepares it. Answers is_found().
  bool feed(std::string_view prepared);
  bool is_found() const { return matched_ == key_.size(); }

  // The end of one text and the start of another: a match doesn't reach across. What was found stays found.
  void finish() {
    if (!is_found()) matched_ = 0;
  }
  // Forgets what was found.
  void reset() { matched_ = 0; }

 private:
  std::string key_;                     // prepared
  std::vector<std::uint32_t> borders_;  // of each prefix: the longest proper prefix that is also its suffix
  std::size_t matched_ = 0;
};

// Whether `utf8` is somewhere in `text`, also UTF-8.
bool contains_text(std::string_view text, std::string_view utf8);

}  // namespace pillarbox::mail
