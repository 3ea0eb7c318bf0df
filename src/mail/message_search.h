// SEARCH's look into messages: BODY, TEXT and HEADER (RFC 3501 §6.4.4), over decoded headers and decoded
// text, compared by i;unicode-casemap (RFC 5051).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/header.h"
#include "mail/part_text.h"
#include "mail/structure.h"
#include "mail/text_matcher.h"

namespace pillarbox::mail {

struct SearchKey {
  enum class In : std::uint8_t {
    body,  // the text/* parts, also those of messages inside; not their headers, and not what surrounds the
           // parts
    text,  // the same and all headers, each field as "Name: value"
  };
  In in = In::text;
  std::string utf8;
};

// Looks for several strings in one pass over a message. Made once for a search, used for message after
// message: begin(), feed() the message from its first octet in chunks of any size, finish(). Linear time;
// memory bounded by the chunks and limits::header_block.
class MessageSearch {
 public:
  explicit MessageSearch(const std::vector<SearchKey>& keys);

  // Requires: `structure` lives until finish().
  void begin(const Structure& structure);
  void feed(std::string_view chunk);
  void finish();

  // Whether every key was found: then the rest of the message needn't be read.
  bool is_settled() const { return unsettled_ == 0; }
  bool is_found(std::size_t key) const { return keys_[key].matcher.is_found(); }

 private:
  struct Key {
    SearchKey::In in;
    TextMatcher matcher;
  };
  // A piece of the message that is looked at.
  struct Piece {
    std::uint64_t begin, end;
    const Part* text;  // none: a header
  };

  void read_piece(std::string_view bytes);
  void end_piece();
  void match_text(std::string_view utf8);
  void match_header();
  void match(Key& key, std::string_view prepared);
  void end_text();

  std::vector<Key> keys_;
  std::size_t unsettled_ = 0;
  bool wants_headers_ = false;

  std::vector<Piece> pieces_;  // of this message, in order
  std::size_t piece_ = 0;
  std::uint64_t position_ = 0;
  std::string header_;
  std::optional<PartTextDecoder> text_;
  CasemapStream casemap_;
};

// Whether a field of this name contains the string, decoded: HEADER, and FROM, SUBJECT and the like. An empty
// string is in every such field, so that it asks for its presence.
bool header_contains(std::string_view header_block, std::string_view field_name, std::string_view utf8);

}  // namespace pillarbox::mail
