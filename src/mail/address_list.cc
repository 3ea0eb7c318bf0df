#include "mail/address_list.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/lexer.h"
#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

// One entry of a list is cut into tokens first and understood afterwards, when it is known whether it has an
// "@" or angle brackets. More tokens than any honest entry has are left out: it is the memory that counts.
constexpr std::size_t most_tokens = 1'000;

struct Token {
  enum class Kind : std::uint8_t { word, quoted, at };
  Kind kind = Kind::word;
  bool after_space = false;
  std::string_view text;  // a quoted string with its quotes

  void append_to(std::string& out) const {
    if (kind == Kind::quoted) {
      out += unescape(text);
    } else {
      out += text;
    }
  }
};

using Tokens = std::vector<Token>;
using TokenSpan = std::span<const Token>;

constexpr bool is_word_char(char c) { return !is_list_special(c); }

// Words with one space where there was space, as a name is shown.
std::string joined_with_spaces(TokenSpan tokens) {
  std::string text;
  for (const Token& token : tokens) {
    if (token.after_space && !text.empty()) text += ' ';
    token.append_to(text);
  }
  return text;
}

std::string joined(TokenSpan tokens) {
  std::string text;
  for (const Token& token : tokens) token.append_to(text);
  return text;
}

bool is_glued(const Token& before, const Token& after) {
  return !after.after_space || before.text.ends_with('.') || after.text.starts_with('.');
}

std::optional<std::size_t> first_at(TokenSpan tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Token::Kind::at) return i;
  }
  return std::nullopt;
}

// local-part "@" domain around tokens[at], with the blanks that RFC 5322 §4.4 allowed around dots; says which
// tokens it took, so that the others can be a name.
struct Spec {
  std::size_t begin = 0, end = 0;
};

Spec read_spec(TokenSpan tokens, std::size_t at, HeaderAddress& address) {
  Spec spec{.begin = at, .end = at + 1};
  if (spec.begin > 0) --spec.begin;
  while (spec.begin > 0 && at > 0 && is_glued(tokens[spec.begin - 1], tokens[spec.begin])) --spec.begin;
  if (spec.end < tokens.size()) ++spec.end;
  while (spec.end < tokens.size() && spec.end > at + 1 && is_glued(tokens[spec.end - 1], tokens[spec.end]))
    ++spec.end;
  address.local_part = joined(tokens.subspan(spec.begin, at - spec.begin));
  address.domain = joined(tokens.subspan(at + 1, spec.end - at - 1));
  return spec;
}

class ListReader {
 public:
  explicit ListReader(std::string_view value) : lexer_(value) {}

  AddressList read() {
    while (list_.size() < limits::addresses) {
      skip_cfws();
      if (lexer_.is_at_end()) break;
      read_token();
    }
    end_entry();
    if (in_group_) end_group();
    return std::move(list_);
  }

 private:
  void skip_cfws() {
    std::string comment;
    if (lexer_.skip_cfws(&comment)) after_space_ = true;
    if (!comment.empty()) comment_ = std::move(comment);
  }

  void read_token() {
    switch (lexer_.peek()) {
      case ',': lexer_.skip(1); return end_entry();
      case ';':
        lexer_.skip(1);
        end_entry();
        if (in_group_) end_group();
        return;
      case ':':
        if (!in_group_ && !has_angle_ && !has_at_) {
          lexer_.skip(1);
          return begin_group();
        }
        return add_token(Token::Kind::word, take(1));
      case '<': return read_angle();
      case '>': return add_token(Token::Kind::word, take(1));
      case '@': has_at_ = true; return add_token(Token::Kind::at, take(1));
      case '"': return add_token(Token::Kind::quoted, lexer_.take_enclosed());
      case '[':
        if (!tokens_.empty() && tokens_.back().kind == Token::Kind::at) {
          return add_token(Token::Kind::word, lexer_.take_enclosed());
        }
        [[fallthrough]];
      default: return add_token(Token::Kind::word, lexer_.take_while(is_word_char));
    }
  }

  std::string_view take(std::size_t count) {
    const std::string_view taken = lexer_.rest().substr(0, count);
    lexer_.skip(count);
    return taken;
  }

  void add_token(Token::Kind kind, std::string_view text) {
    if (tokens_.size() < most_tokens)
      tokens_.push_back({.kind = kind, .after_space = after_space_, .text = text});
    after_space_ = false;
  }

  // "<" up to its ">". Where there is none, the comma ends it.
  void read_angle() {
    if (has_angle_) {  // "a <b@c> d <e@f>": somebody forgot the comma
      Tokens name = std::exchange(tokens_, {});
      end_entry();
      tokens_ = std::move(name);
    }
    lexer_.skip(1);
    const std::string_view inside = take_angle_inside();
    lexer_.take('>');
    read_angle_inside(inside);
    entry_.name = joined_with_spaces(tokens_);
    tokens_.clear();
    has_angle_ = true;
    after_space_ = false;
  }

  std::string_view take_angle_inside() {
    const std::string_view rest = lexer_.rest();
    if (!no_more_closing_) {
      Lexer ahead(rest);
      while (!ahead.is_at_end() && !ahead.starts_with('>')) {
        if (ahead.starts_with('"') || ahead.starts_with('(')) {
          ahead.take_enclosed();
        } else {
          ahead.skip(1);
        }
      }
      if (!ahead.is_at_end()) return take(rest.size() - ahead.rest().size());
      no_more_closing_ = true;  // don't look to the end again for the next one
    }
    return take(std::min(rest.find(','), rest.size()));
  }

  void read_angle_inside(std::string_view inside) {
    std::string_view spec = inside;
    read_route(spec);
    Tokens tokens;
    Lexer lexer(spec);
    bool is_plain = true;
    while (is_plain) {
      const bool after_space = lexer.skip_cfws();
      if (lexer.is_at_end()) break;
      const bool is_literal =
          lexer.starts_with('[') && !tokens.empty() && tokens.back().kind == Token::Kind::at;
      if (lexer.starts_with('@')) {
        tokens.push_back(
            {.kind = Token::Kind::at, .after_space = after_space, .text = lexer.rest().substr(0, 1)});
        lexer.skip(1);
      } else if (lexer.starts_with('"') || is_literal) {
        const auto kind = is_literal ? Token::Kind::word : Token::Kind::quoted;
        tokens.push_back({.kind = kind, .after_space = after_space, .text = lexer.take_enclosed()});
      } else {
        const std::string_view word = lexer.take_while(is_word_char);
        is_plain = !word.empty() && tokens.size() < most_tokens;
        tokens.push_back({.kind = Token::Kind::word, .after_space = after_space, .text = word});
      }
    }
    const auto at = first_at(tokens);
    if (is_plain && at && *at > 0) {
      const Spec taken = read_spec(tokens, *at, entry_);
      if (taken.begin == 0 && taken.end == tokens.size()) return;
    }
    if (is_plain && !at) {
      entry_.local_part = joined_with_spaces(tokens);
      return;
    }
    // Not an address: kept as it stands, and in two halves if it has an "@".
    const std::string raw = unfold(inside);
    const auto last_at = raw.rfind('@');
    entry_.route.clear();
    entry_.local_part = raw.substr(0, last_at);
    entry_.domain = last_at == std::string::npos ? "" : raw.substr(last_at + 1);
  }

  // RFC 5322 §4.4: "@a.example,@b.example:" before the address.
  void read_route(std::string_view& spec) {
    Lexer lexer(spec);
    lexer.skip_cfws();
    std::string route;
    while (lexer.take('@')) {
      if (!route.empty()) route += ',';
      route += '@';
      do {
        lexer.skip_cfws();
        route += lexer.take_while([](char c) { return is_atext(c) || c == '.'; });
        lexer.skip_cfws();
      } while (!lexer.is_at_end() && (is_atext(lexer.peek()) || lexer.starts_with('.')));
      bool has_comma = false;
      while (lexer.take(',')) {
        lexer.skip_cfws();
        has_comma = true;
      }
      if (lexer.take(':')) {
        entry_.route = std::move(route);
        spec = lexer.rest();
        return;
      }
      if (!has_comma) return;
    }
  }

  void begin_group() {
    std::string name = joined_with_spaces(tokens_);
    if (name.empty()) name = std::exchange(comment_, {});
    list_.push_back({.kind = HeaderAddress::Kind::group_start, .name = std::move(name)});
    in_group_ = true;
    reset_entry();
  }

  void end_group() {
    list_.push_back({.kind = HeaderAddress::Kind::group_end});
    in_group_ = false;
  }

  void end_entry() {
    if (!has_angle_) read_plain_entry();
    // What follows "<joe@example.org>" is the name if there was none before.
    if (has_angle_ && entry_.name.empty()) entry_.name = joined_with_spaces(tokens_);
    if (has_angle_ || !tokens_.empty()) {
      if (entry_.name.empty()) entry_.name = std::move(comment_);
      list_.push_back(std::move(entry_));
    }
    reset_entry();
  }

  void read_plain_entry() {
    if (const auto at = first_at(tokens_)) {
      const TokenSpan tokens = tokens_;
      const Spec spec = read_spec(tokens, *at, entry_);
      entry_.name = joined_with_spaces(tokens.subspan(0, spec.begin));
      if (entry_.name.empty()) entry_.name = joined_with_spaces(tokens.subspan(spec.end));
    } else if (tokens_.size() == 1 && tokens_.front().kind == Token::Kind::word) {
      entry_.local_part = tokens_.front().text;
    } else {
      entry_.name = joined_with_spaces(tokens_);
    }
  }

  void reset_entry() {
    tokens_.clear();
    entry_ = {};
    comment_.clear();
    has_angle_ = false;
    has_at_ = false;
    after_space_ = false;
  }

  Lexer lexer_;
  AddressList list_;
  bool in_group_ = false;
  bool no_more_closing_ = false;

  // The entry being read.
  Tokens tokens_;
  HeaderAddress entry_;
  std::string comment_;
  bool has_angle_ = false;
  bool has_at_ = false;
  bool after_space_ = false;
};

}  // namespace

std::string HeaderAddress::address() const { return domain.empty() ? local_part : local_part + "@" + domain; }

AddressList parse_address_list(std::string_view value) { return ListReader(value).read(); }

std::string decoded_name(const HeaderAddress& address) {
  const bool has_words = address.name.find("=?") != std::string::npos;
  return has_words ? decode_text(address.name) : to_utf8(address.name, "");  // blanks that were quoted stay
}

std::expected<Address, AddressError> address_of(const HeaderAddress& address) {
  return parse_address(quote_local_part(address.local_part) + "@" + address.domain);
}

}  // namespace pillarbox::mail
