#include "mail/content_type.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/encoded_word.h"
#include "mail/lexer.h"
#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

// A parameter as it stands in the field: one piece of RFC 2231 §3, perhaps.
struct Piece {
  std::string name;  // without "*0" and "*"
  std::string key;   // the same in lower case
  std::uint32_t section = 0;
  bool is_continued = false;  // it had a section
  bool is_extended = false;   // it ended in "*"
  std::size_t position = 0;
  std::string value;
};

constexpr bool is_value_char(char c) { return !is_header_space(c) && c != ';'; }
constexpr bool is_name_char(char c) { return !is_header_space(c) && c != ';' && c != '='; }

// Reads the parameters behind a type. A missing semicolon is supplied where a name and "=" follow.
class ParameterReader {
 public:
  explicit ParameterReader(std::string_view rest) : lexer_(rest) {}

  std::vector<Piece> read() {
    std::vector<Piece> pieces;
    while (pieces.size() < limits::parameters) {
      do {
        lexer_.skip_cfws();
      } while (lexer_.take(';'));
      if (lexer_.is_at_end()) break;
      const std::string_view name = lexer_.take_while(is_name_char);
      lexer_.skip_cfws();
      if (!lexer_.take('=')) continue;
      lexer_.skip_cfws();
      std::string value = take_value();
      if (auto piece = make_piece(name, std::move(value))) {
        piece->position = pieces.size();
        pieces.push_back(*std::move(piece));
      }
    }
    return pieces;
  }

 private:
  std::string take_value() {
    if (lexer_.starts_with('"')) return lexer_.take_quoted_string();
    std::string value(lexer_.take_while(is_value_char));
    for (;;) {  // "name=my file.txt": blanks that should have been quoted
      Lexer ahead = lexer_;
      const bool had_space = ahead.skip_space();
      if (!had_space || ahead.starts_with('(') || ahead.starts_with('"')) return value;
      const std::string_view word = ahead.take_while(is_value_char);
      const auto equals = word.find('=');
      // A word with "=" inside begins the next parameter; one that starts with it is an encoded word.
      if (word.empty() || (equals != std::string_view::npos && equals > 0)) return value;
      Lexer after = ahead;
      after.skip_space();
      if (equals == std::string_view::npos && after.starts_with('=') && !after.rest().starts_with("=?"))
        return value;
      value.append(" ").append(word);
      lexer_ = ahead;
    }
  }

  static std::optional<Piece> make_piece(std::string_view name, std::string value) {
    Piece piece{.value = std::move(value)};
    if (name.ends_with('*')) {
      piece.is_extended = true;
      name.remove_suffix(1);
    }
    if (const auto star = name.rfind('*'); star != std::string_view::npos) {
      const auto section = parse_decimal(name.substr(star + 1));
      if (section && *section < 100'000) {
        piece.section = static_cast<std::uint32_t>(*section);
        piece.is_continued = true;
        name = name.substr(0, star);
      }
    }
    if (name.empty() || piece.value.empty()) return std::nullopt;
    piece.name = name;
    piece.key = to_ascii_lower(name);
    return piece;
  }

  Lexer lexer_;
};

constexpr bool is_attribute_char(char c) {  // RFC 2231 §7, and "%" itself may not stay
  return is_token_char(c) && !is_non_ascii(c) && c != '*' && c != '\'' && c != '%';
}

void append_percent_encoded(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (is_attribute_char(c)) {
      out += c;
    } else {
      out += '%';
      out += to_ascii_upper(to_hex({&c, 1}));
    }
  }
}

// Joins pieces[begin, end), which are one parameter, in the order of their sections.
Parameter join(std::vector<Piece>& pieces, std::size_t begin, std::size_t end) {
  Piece& first = pieces[begin];
  const auto is_extended = [](const Piece& piece) { return piece.is_extended; };
  if (std::none_of(pieces.begin() + begin, pieces.begin() + end, is_extended)) {
    Parameter joined{.name = std::move(first.name), .value = std::move(first.value)};
    for (std::size_t i = begin + 1; i < end; ++i) joined.value += pieces[i].value;
    return joined;
  }
  // One piece that is encoded makes the whole encoded; its character set stands in the first (RFC 2231 §4.1).
  Parameter joined{.name = first.name + "*", .value = first.is_extended ? "" : "''"};
  for (std::size_t i = begin; i < end; ++i) {
    if (pieces[i].is_extended) {
      joined.value += pieces[i].value;
    } else {
      append_percent_encoded(pieces[i].value, joined.value);
    }
  }
  if (std::ranges::count(joined.value, '\'') < 2) joined.value.insert(0, "''");
  return joined;
}

// Plain parameters in their order, then the joined ones.
Parameters join_pieces(std::vector<Piece> pieces) {
  std::ranges::sort(pieces, {}, [](const Piece& piece) {
    const bool is_plain = !piece.is_continued && !piece.is_extended;
    const std::string_view name = is_plain ? std::string_view() : piece.key;
    return std::tuple(!is_plain, name, piece.is_continued, piece.section, piece.position);
  });
  Parameters parameters;
  for (std::size_t begin = 0; begin < pieces.size();) {
    std::size_t end = begin + 1;
    while (end < pieces.size() && pieces[begin].is_continued && pieces[end].is_continued &&
           pieces[end].key == pieces[begin].key) {
      ++end;
    }
    parameters.push_back(join(pieces, begin, end));
    begin = end;
  }
  return parameters;
}

std::string_view take_type_word(Lexer& lexer) {
  lexer.skip_cfws();
  return lexer.take_while([](char c) { return !is_header_space(c) && c != ';' && c != '/' && c != '('; });
}

std::string percent_decode(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && hex_byte(text, i + 1) >= 0) {
      bytes += static_cast<char>(hex_byte(text, i + 1));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

}  // namespace

std::optional<ContentType> parse_content_type(std::string_view value) {
  Lexer lexer(value);
  ContentType type;
  type.type = take_type_word(lexer);
  if (type.type.empty()) return std::nullopt;
  type.subtype.clear();
  lexer.skip_cfws();
  if (lexer.take('/')) {
    lexer.skip_cfws();
    type.subtype = lexer.take_while([](char c) { return !is_header_space(c) && c != ';' && c != '('; });
  }
  type.parameters = join_pieces(ParameterReader(lexer.rest()).read());
  return type;
}

std::optional<Disposition> parse_disposition(std::string_view value) {
  Lexer lexer(value);
  Disposition disposition{.type = std::string(take_type_word(lexer))};
  if (disposition.type.empty()) return std::nullopt;
  disposition.parameters = join_pieces(ParameterReader(lexer.rest()).read());
  return disposition;
}

std::optional<std::string_view> raw_parameter(const Parameters& parameters, std::string_view name) {
  for (const Parameter& parameter : parameters) {
    if (equals_ignoring_case(parameter.name, name)) return parameter.value;
  }
  return std::nullopt;
}

std::optional<std::string> parameter(const Parameters& parameters, std::string_view name) {
  if (const auto extended = raw_parameter(parameters, std::string(name) + "*")) {
    const auto charset_end = extended->find('\'');
    const auto language_end = extended->find('\'', charset_end + 1);
    return to_utf8(percent_decode(extended->substr(language_end + 1)), extended->substr(0, charset_end));
  }
  const auto plain = raw_parameter(parameters, name);
  if (!plain) return std::nullopt;
  return plain->find("=?") == std::string_view::npos ? to_utf8(*plain, "") : decode_text(*plain);
}

}  // namespace pillarbox::mail
