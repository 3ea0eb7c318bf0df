// The header block of a message or a body part, field by field (RFC 5322 §2.2, §4.5). Everything here points
// into the block, nothing is copied. Lines end in CRLF or bare LF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::mail {

struct HeaderField {
  std::string_view name;   // empty for a line that is no field: without a colon, or with a blank in the name
  std::string_view value;  // behind the colon, still folded, without the last line end
  std::string_view raw;    // the whole field with its line ends; raw.data() - block.data() is its offset

  // Whether it has this name, ASCII case aside.
  bool is(std::string_view other_name) const;
};

// Walks over a header block in one pass:
//   HeaderReader reader(block);
//   while (auto field = reader.next()) …
// Ends at the empty line, which needn't be there, or at the end of the block. Every byte before that is in
// some `raw`.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view block) : rest_(block) {}

  std::optional<HeaderField> next();

 private:
  std::string_view rest_;
};

// The first field of this name.
std::optional<HeaderField> find_field(std::string_view block, std::string_view name);

// A value without the line ends of folding (RFC 5322 §2.2.3) and without blanks at both ends: what IMAP
// shows.
std::string unfold(std::string_view value);

// Takes the header block from the front of a stream and keeps it up to a limit.
class HeaderCollector {
 public:
  // What is longer is read but not kept.
  explicit HeaderCollector(std::size_t limit) : limit_(limit) {}

  // Takes what belongs to the header from the front of the chunk, and says how many octets that was: all of
  // them until is_complete().
  std::size_t feed(std::string_view chunk);

  bool is_complete() const { return is_complete_; }           // the empty line was there
  bool is_too_long() const { return size_ > block_.size(); }  // not all of it was kept
  std::size_t size() const { return size_; }                  // in octets, with the empty line
  const std::string& block() const { return block_; }

 private:
  std::size_t limit_;
  std::size_t size_ = 0;
  std::size_t line_ = 0;  // octets of the current line so far, a final CR not counted
  bool is_complete_ = false;
  bool after_cr_ = false;
  std::string block_;
};

}  // namespace pillarbox::mail
