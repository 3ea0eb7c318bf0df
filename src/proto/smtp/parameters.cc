#include "proto/smtp/parameters.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

using Kind = SyntaxError::Kind;

std::unexpected<SyntaxError> error(Kind kind) { return std::unexpected(SyntaxError{.kind = kind}); }

struct Parameter {
  std::string_view keyword;
  std::optional<std::string_view> value;
};

bool is_keyword(std::string_view text) {
  return !text.empty() && is_ascii_alnum(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

// esmtp-value: any printable character but "=". UTF-8 is for extensions to allow (RFC 6531 §3.3), and none of
// ours does.
bool is_value(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != '='; });
}

// Takes the next one from `text`; nothing at the end.
std::expected<std::optional<Parameter>, SyntaxError> take_parameter(std::string_view& text) {
  const auto start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return std::nullopt;
  if (start == 0) return error(Kind::bad_arguments);  // glued to what stands before it
  text.remove_prefix(start);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());

  const auto equals = word.find('=');
  Parameter parameter{.keyword = word.substr(0, equals)};
  if (equals != std::string_view::npos) parameter.value = word.substr(equals + 1);
  if (!is_keyword(parameter.keyword)) return error(Kind::bad_arguments);
  if (parameter.value && !is_value(*parameter.value)) return error(Kind::bad_parameter);
  return parameter;
}

using Value = std::optional<std::string_view>;

// RFC 1870 §3: up to twenty digits.
std::expected<void, SyntaxError> read_size(const Value& value, Mail& mail) {
  if (!value || value->size() > 20 || !std::ranges::all_of(*value, is_ascii_digit))
    return error(Kind::bad_parameter);
  mail.size = parse_decimal(*value).value_or(std::numeric_limits<std::uint64_t>::max());
  return {};
}

std::expected<void, SyntaxError> read_body(const Value& value, Mail& mail) {
  const std::string_view word = value.value_or("");
  if (equals_ignoring_case(word, "7BIT")) {
    mail.body = BodyType::seven_bit;
  } else if (equals_ignoring_case(word, "8BITMIME")) {
    mail.body = BodyType::eight_bit_mime;
  } else if (equals_ignoring_case(word, "BINARYMIME")) {
    mail.body = BodyType::binary_mime;
  } else {
    return error(Kind::bad_parameter);
  }
  return {};
}

std::expected<void, SyntaxError> read_smtputf8(const Value& value, Mail& mail) {
  if (value) return error(Kind::bad_parameter);
  mail.smtputf8 = true;
  return {};
}

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;  // capitals only, RFC 3461 §4
  return -1;
}

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '+') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return result;
}

// RFC 4954 §5: xtext of a mailbox, or "<>".
std::expected<void, SyntaxError> read_auth(const Value& value, Mail& mail) {
  if (!value) return error(Kind::bad_parameter);
  const auto decoded = decode_xtext(*value);
  if (!decoded) return error(Kind::bad_parameter);
  if (*decoded == "<>") {
    mail.submitter = "";
    return {};
  }
  const auto address = mail::parse_address(*decoded);
  if (!address) return error(Kind::bad_parameter);
  mail.submitter = address->to_string();
  return {};
}

struct Known {
  std::string_view keyword;
  std::expected<void, SyntaxError> (*read)(const Value&, Mail&);
};
constexpr std::array known_of_mail = {
    Known{"SIZE", read_size},
    Known{"BODY", read_body},
    Known{"SMTPUTF8", read_smtputf8},
    Known{"AUTH", read_auth},
};

}  // namespace

std::expected<void, SyntaxError> parse_mail_parameters(std::string_view text, Mail& mail) {
  unsigned seen = 0;
  for (std::size_t count = 0;; ++count) {
    const auto parameter = TRY(take_parameter(text));
    if (!parameter) return {};
    if (count == max_parameters) return error(Kind::bad_arguments);
    const auto known = std::ranges::find_if(
        known_of_mail, [&](const Known& k) { return equals_ignoring_case(k.keyword, parameter->keyword); });
    if (known == known_of_mail.end()) return error(Kind::unknown_parameter);
    const unsigned bit = 1u << (known - known_of_mail.begin());
    if ((seen & bit) != 0) return error(Kind::bad_parameter);
    seen |= bit;
    if (auto read = known->read(parameter->value, mail); !read) return read;
  }
}

std::expected<void, SyntaxError> parse_rcpt_parameters(std::string_view text) {
  const auto parameter = TRY(take_parameter(text));
  if (parameter) return error(Kind::unknown_parameter);
  return {};
}

}  // namespace pillarbox::smtp
