// From characters to words. A line ends a statement unless it ends in a backslash or a brace is open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/source.h"

namespace pillarbox::config {

struct Token {
  enum class Kind : std::uint8_t {
    word,   // bare or quoted; `text` without quotes and escapes
    table,  // <name>; `text` is the name
    macro,  // $name; `text` is the name
    open,   // {
    close,  // }
    comma,
    equals,
    bang,  // !
    newline,
    bad,  // `text` says what is wrong with it
  };
  Kind kind = Kind::newline;
  bool is_quoted = false;
  std::string text;
  Position position;
  std::uint32_t length = 1;  // bytes it takes on its line
  std::string macro;         // name of the macro it came from, at whose use `position` points; else ""

  bool is_word(std::string_view word) const { return kind == Kind::word && !is_quoted && text == word; }
};

// One token after the other from `text`, whose first character stands at `start`. Pure.
class Lexer {
 public:
  Lexer(std::string_view text, Position start) : text_(text), position_(start) {}

  // False at the end. The last line needs no line feed.
  bool next(Token& token);

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool at_end() const { return at_ >= text_.size(); }
  void advance();
  std::size_t continuation_length() const;
  bool take_continuation();
  void skip_blanks_and_comments();
  void read_word(Token& token);
  void read_quoted(Token& token);
  void read_table(Token& token);
  void read_macro(Token& token);
  void finish(Token& token, std::size_t begin) const;

  std::string_view text_;
  Position position_;
  std::size_t at_ = 0;
};

// What a macro may be called, and what `$` takes with it.
bool is_macro_name(std::string_view text);

}  // namespace pillarbox::config
