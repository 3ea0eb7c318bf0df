// The commands of SMTP as a server reads them: RFC 5321 §4.1.1, with SIZE (RFC 1870), 8BITMIME (RFC 6152),
// CHUNKING and BINARYMIME (RFC 3030), AUTH (RFC 4954), STARTTLS (RFC 3207) and SMTPUTF8 (RFC 6531). Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mail/address.h"

namespace pillarbox::smtp {

// The name is what the client calls itself: nothing in it is verified but that it can't do harm in a header
// or a log. It is often wrong, and RFC 5321 §4.1.4 forbids refusing mail for that.
struct Ehlo {
  std::string client;
};
struct Helo {
  std::string client;
};

enum class BodyType : std::uint8_t { seven_bit, eight_bit_mime, binary_mime };

struct Mail {
  mail::Path reverse_path;  // without address: the null path "<>"
  std::optional<std::uint64_t>
      size;  // octets as the client estimates; too large for the type becomes its maximum
  BodyType body = BodyType::seven_bit;
  bool smtputf8 = false;
  std::optional<std::string> submitter;  // of AUTH=, decoded; "" is AUTH=<> (RFC 4954 §5)
};

struct Rcpt {
  mail::Path forward_path;  // always has an address; that of <Postmaster> has no domain
};

struct Data {};

struct Bdat {
  std::uint64_t size = 0;  // octets that follow the command's CRLF
  bool is_last = false;
};

struct Rset {};
struct Noop {};
struct Quit {};
struct StartTls {};
struct Help {};

struct Vrfy {
  std::string query;
};
struct Expn {
  std::string query;
};

struct Auth {
  std::string mechanism;                        // in capitals
  std::optional<std::string> initial_response;  // still in base64; "" for "=", which means an empty one
};

// Known by name, from RFC 5321 or a registered extension, and not offered: 502 and not 500 (RFC 5321 §4.2.4).
struct NotOffered {
  std::string verb;
};

using Command = std::variant<Ehlo, Helo, Mail, Rcpt, Data, Bdat, Rset, Noop, Quit, StartTls, Help, Vrfy, Expn,
                             Auth, NotOffered>;

struct SyntaxError {
  enum class Kind : std::uint8_t {
    unknown_command,
    other_protocol,       // the first word of an HTTP request: a browser was made to speak to us
    bad_characters,       // control characters, or bytes that aren't UTF-8
    bad_arguments,        // missing, or not of the command's form
    unwanted_arguments,   // of a command that has none
    bad_client_name,      // EHLO and HELO
    bad_reverse_path,     // see `address`
    bad_forward_path,     // see `address`
    unknown_parameter,    // of MAIL or RCPT: 555 (RFC 5321 §4.1.1.11)
    bad_parameter,        // known, but with a value it can't have, or given twice
    bad_chunk_size,       // of BDAT: where the next command starts is unknown
    utf8_needs_smtputf8,  // RFC 6531 §3.5
  };
  Kind kind;
  mail::AddressError address{};
};

// Parses one command line, its CRLF already removed. Trailing spaces are forgiven (RFC 5321 §4.1.1), and
// spaces after "FROM:" and "TO:", which the RFC forbids and too many clients send.
std::expected<Command, SyntaxError> parse_command(std::string_view line);

// Whether the line that begins like this is an AUTH command, which may be longer than others (RFC 4954 §4).
bool is_auth(std::string_view beginning);

}  // namespace pillarbox::smtp
