// A SEARCH as it is run: sets resolved, strings prepared, and what needs the message itself told from what
// the snapshot's columns say. Answers are yes, no, or not known yet. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imapd/selected_mailbox.h"
#include "mail/text_matcher.h"
#include "proto/imap/search_key.h"

namespace pillarbox::imapd {

enum class Tri : std::uint8_t { no, yes, unknown };

// A question that only the message answers.
struct Question {
  enum class About : std::uint8_t { field, sent_date, body, text };
  About about = About::text;
  std::string field;  // lower case; of `field`
  mail::TextMatcher matcher{""};
  bool is_any_value = false;  // of `field`: that it is there is enough
  imap::search::SentDateIs sent;
};

class SearchProgram {
 public:
  // Strings of `key` are in `charset`, which is known; "" is UTF-8. `mailbox` must outlive the program and
  // not change.
  SearchProgram(const imap::SearchKey& key, std::string_view charset, const SelectedMailbox& mailbox);

  std::vector<Question>& questions() { return questions_; }
  // How many steps a test takes at most.
  std::size_t size() const { return size_; }

  // Whether the message is meant, given what is known of the questions: all unknown to begin with.
  Tri test(const store::Chunk& chunk, std::size_t within, std::size_t index,
           const std::vector<Tri>& answers) const;

 private:
  struct Node {
    enum class Kind : std::uint8_t {
      always,
      flags,     // (flags & a) == b
      recent,    // a: 1 if it must be
      date,      // a <= internal date < b, milliseconds, signed
      size,      // a <= size <= b
      modseq,    // >= a
      sequence,  // numbers
      uids,      // numbers
      question,  // a: its index
      negation,  // children[0]
      any,       // children
      every,     // children
    };
    Kind kind = Kind::always;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    imap::NumberSet numbers;
    std::vector<Node> children;
  };

  Node compile(const imap::SearchKey& key);
  std::vector<Node> compile(const std::vector<imap::SearchKey>& keys);
  Node ask(Question question);
  Tri test(const Node& node, const store::Chunk& chunk, std::size_t within, std::size_t index,
           const std::vector<Tri>& answers) const;

  const SelectedMailbox& mailbox_;
  std::string charset_;
  std::vector<Question> questions_;
  std::size_t size_ = 0;
  Node root_;
};

}  // namespace pillarbox::imapd
