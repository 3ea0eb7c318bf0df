#include "config/lexer.h"

#include <algorithm>

#include "base/text.h"

namespace pillarbox::config {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
constexpr bool is_name_character(char c) { return is_ascii_alnum(c) || c == '_'; }

// What a bare word is made of: anything visible that has no meaning of its own. UTF-8 may stand in names of
// mailboxes and domains.
constexpr bool is_word_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return true;
  return byte > ' ' && byte < 0x7F && !std::string_view("{}<>(),=!#\"'").contains(c);
}

}  // namespace

bool is_macro_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

void Lexer::advance() {
  if (text_[at_] == '\n') {
    ++position_.line;
    position_.column = 1;
  } else {
    ++position_.column;
  }
  ++at_;
}

// Of a backslash and the line's end behind it, which join the next line to this one; else 0.
std::size_t Lexer::continuation_length() const {
  if (peek() != '\\') return 0;
  return peek(1) == '\n' ? 2 : peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
}

bool Lexer::take_continuation() {
  const std::size_t length = continuation_length();
  for (std::size_t i = 0; i < length; ++i) advance();
  return length > 0;
}

void Lexer::skip_blanks_and_comments() {
  for (;;) {
    if (!at_end() && is_blank(peek())) {
      advance();
    } else if (take_continuation()) {
      continue;
    } else if (peek() == '#') {
      // A comment goes on over a continued line, as in smtpd.conf(5).
      while (!at_end() && peek() != '\n') {
        if (!take_continuation()) advance();
      }
    } else {
      return;
    }
  }
}

void Lexer::finish(Token& token, std::size_t begin) const {
  const std::string_view spelled = text_.substr(begin, at_ - begin);
  token.length =
      static_cast<std::uint32_t>(std::max<std::size_t>(1, std::min(spelled.size(), spelled.find('\n'))));
}

void Lexer::read_word(Token& token) {
  token.kind = Token::Kind::word;
  while (!at_end() && is_word_character(peek()) && continuation_length() == 0) {
    token.text += peek();
    advance();
  }
}

void Lexer::read_quoted(Token& token) {
  token.kind = Token::Kind::word;
  token.is_quoted = true;
  const char quote = peek();
  advance();
  while (!at_end() && peek() != '\n') {
    if (take_continuation()) continue;
    const char c = peek();
    if (c == quote) {
      advance();
      return;
    }
    if (c == '\\' && (peek(1) == quote || peek(1) == ' ' || peek(1) == '\t')) advance();
    token.text += peek();
    advance();
  }
  token.kind = Token::Kind::bad;
  token.text = "this quote isn't closed on its line";
}

void Lexer::read_table(Token& token) {
  token.kind = Token::Kind::table;
  advance();
  std::string name;
  while (!at_end() && peek() != '\n' && peek() != '>') {
    name += peek();
    advance();
  }
  token.text = std::string(trim(name));
  if (peek() != '>') {
    token.kind = Token::Kind::bad;
    token.text = "this \"<\" isn't closed on its line: a table is named as <name>";
    return;
  }
  advance();
  if (token.text.size() >= 2 && token.text.front() == '"' && token.text.back() == '"') {
    token.text = token.text.substr(1, token.text.size() - 2);
  }
  if (token.text.empty()) {
    token.kind = Token::Kind::bad;
    token.text = "there is no name in \"<>\"";
  }
}

void Lexer::read_macro(Token& token) {
  token.kind = Token::Kind::macro;
  advance();
  while (!at_end() && is_name_character(peek())) {
    token.text += peek();
    advance();
  }
  if (token.text.empty()) {
    token.kind = Token::Kind::bad;
    token.text = "there is no macro's name behind this \"$\"";
  } else if (!at_end() && is_word_character(peek()) && continuation_length() == 0) {
    while (!at_end() && is_word_character(peek()) && continuation_length() == 0) advance();
    token.kind = Token::Kind::bad;
    token.text = "a macro stands for whole words: nothing may follow \"$" + token.text + "\" without a space";
  }
}

bool Lexer::next(Token& token) {
  skip_blanks_and_comments();
  if (at_end()) return false;
  token = Token{.position = position_};
  const std::size_t begin = at_;
  switch (peek()) {
    case '\n':
      token.kind = Token::Kind::newline;
      advance();
      break;
    case '{':
      token.kind = Token::Kind::open;
      advance();
      break;
    case '}':
      token.kind = Token::Kind::close;
      advance();
      break;
    case ',':
      token.kind = Token::Kind::comma;
      advance();
      break;
    case '=':
      token.kind = Token::Kind::equals;
      advance();
      break;
    case '!':
      token.kind = Token::Kind::bang;
      advance();
      break;
    case '"':
    case '\'': read_quoted(token); break;
    case '<': read_table(token); break;
    case '$': read_macro(token); break;
    default:
      if (is_word_character(peek())) {
        read_word(token);
      } else {
        token.kind = Token::Kind::bad;
        token.text = "this character means nothing here; quote the word it belongs to";
        advance();
      }
  }
  finish(token, begin);
  return true;
}

}  // namespace pillarbox::config
