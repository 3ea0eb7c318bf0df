#include "proto/smtp/command.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/limits.h"
#include "proto/smtp/parameters.h"

namespace pillarbox::smtp {
namespace {

using Kind = SyntaxError::Kind;
using Parsed = std::expected<Command, SyntaxError>;

std::unexpected<SyntaxError> error(Kind kind) { return std::unexpected(SyntaxError{.kind = kind}); }

template <class T>
Parsed without_arguments(std::string_view args) {
  if (!args.empty()) return error(Kind::unwanted_arguments);
  return T{};
}

template <class T>
Parsed ignoring_arguments(std::string_view) {
  return T{};
}

template <class T>
Parsed with_query(std::string_view args) {
  if (args.empty()) return error(Kind::bad_arguments);
  return T{std::string(args)};
}

// Domains and address literals are made of these. Underscores are against the rules and in use; letters
// beyond ASCII come from machines that were named by people.
bool is_client_name_character(char c) {
  return is_ascii_alnum(c) || std::string_view("-._:[]").contains(c) ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

template <class T>
Parsed with_client_name(std::string_view args) {
  if (args.empty() || args.size() > max_client_name) return error(Kind::bad_client_name);
  if (!std::ranges::all_of(args, is_client_name_character)) return error(Kind::bad_client_name);
  return T{std::string(args)};
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!starts_with_ignoring_case(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return true;
}

Parsed parse_mail(std::string_view args) {
  if (!take_prefix(args, "FROM:")) return error(Kind::bad_arguments);
  auto path = mail::take_reverse_path(args);
  if (!path) return std::unexpected(SyntaxError{.kind = Kind::bad_reverse_path, .address = path.error()});
  Mail command{.reverse_path = *std::move(path)};
  if (auto parsed = parse_mail_parameters(args, command); !parsed) return std::unexpected(parsed.error());
  if (command.reverse_path.has_utf8 && !command.smtputf8) return error(Kind::utf8_needs_smtputf8);
  return command;
}

Parsed parse_rcpt(std::string_view args) {
  if (!take_prefix(args, "TO:")) return error(Kind::bad_arguments);
  auto path = mail::take_forward_path(args);
  if (!path) return std::unexpected(SyntaxError{.kind = Kind::bad_forward_path, .address = path.error()});
  if (auto parsed = parse_rcpt_parameters(args); !parsed) return std::unexpected(parsed.error());
  return Rcpt{*std::move(path)};
}

// RFC 3030 §2: "BDAT" SP chunk-size [ SP "LAST" ].
Parsed parse_bdat(std::string_view args) {
  const auto space = args.find(' ');
  const auto size = parse_decimal(args.substr(0, space));
  if (!size) return error(Kind::bad_chunk_size);
  Bdat command{.size = *size};
  if (space != std::string_view::npos) {
    if (!equals_ignoring_case(trim(args.substr(space)), "LAST")) return error(Kind::bad_chunk_size);
    command.is_last = true;
  }
  return command;
}

// RFC 4954 §4; names of mechanisms RFC 4422 §3.1. The base64 is judged where it is decoded.
Parsed parse_auth(std::string_view args) {
  const std::string_view mechanism = args.substr(0, args.find(' '));
  auto is_name = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; };
  if (mechanism.empty() || mechanism.size() > 20 || !std::ranges::all_of(mechanism, is_name)) {
    return error(Kind::bad_arguments);
  }
  Auth command{.mechanism = to_ascii_upper(mechanism)};
  const std::string_view response = trim(args.substr(mechanism.size()));
  if (response.contains(' ')) return error(Kind::bad_arguments);
  if (!response.empty()) command.initial_response = response == "=" ? "" : std::string(response);
  return command;
}

struct Verb {
  std::string_view name;
  Parsed (*parse)(std::string_view args);
};
constexpr std::array verbs = {
    Verb{"MAIL", parse_mail},
    Verb{"RCPT", parse_rcpt},
    Verb{"DATA", without_arguments<Data>},
    Verb{"BDAT", parse_bdat},
    Verb{"EHLO", with_client_name<Ehlo>},
    Verb{"HELO", with_client_name<Helo>},
    Verb{"QUIT", without_arguments<Quit>},
    Verb{"RSET", without_arguments<Rset>},
    Verb{"NOOP", ignoring_arguments<Noop>},
    Verb{"AUTH", parse_auth},
    Verb{"STARTTLS", without_arguments<StartTls>},
    Verb{"VRFY", with_query<Vrfy>},
    Verb{"EXPN", with_query<Expn>},
    Verb{"HELP", ignoring_arguments<Help>},
};

constexpr std::array<std::string_view, 9> not_offered = {"LHLO", "ETRN", "SEND",    "SOML",    "SAML",
                                                         "TURN", "ATRN", "XCLIENT", "XFORWARD"};
constexpr std::array<std::string_view, 8> http_methods = {"GET",     "POST",    "PUT",    "HEAD",
                                                          "OPTIONS", "CONNECT", "DELETE", "PATCH"};

// What passes here can be logged and compared; what doesn't is no command of any extension.
bool has_bad_characters(std::string_view line) {
  bool is_ascii = true;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return true;
    is_ascii &= byte < 0x80;
  }
  return !is_ascii && !is_utf8(line);
}

}  // namespace

Parsed parse_command(std::string_view line) {
  if (has_bad_characters(line)) return error(Kind::bad_characters);
  line = line.substr(0, line.find_last_not_of(' ') + 1);
  const std::string_view word = line.substr(0, line.find(' '));
  auto is_word = [&](std::string_view name) { return equals_ignoring_case(name, word); };
  const auto verb = std::ranges::find_if(verbs, is_word, &Verb::name);
  if (verb != verbs.end()) {
    std::string_view args = line.substr(word.size());
    args.remove_prefix(std::min(args.find_first_not_of(' '), args.size()));
    return verb->parse(args);
  }
  if (std::ranges::any_of(not_offered, is_word)) return NotOffered{to_ascii_upper(word)};
  if (std::ranges::any_of(http_methods, is_word)) return error(Kind::other_protocol);
  return error(Kind::unknown_command);
}

bool is_auth(std::string_view beginning) { return starts_with_ignoring_case(beginning, "AUTH "); }

}  // namespace pillarbox::smtp
