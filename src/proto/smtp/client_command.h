// The commands of SMTP as a client writes them (RFC 5321 §4.1.1), with the parameters of its extensions.
// Pure.
//
// Which of them the server knows is asked by the caller, of its Capabilities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pillarbox::smtp {

// What MAIL carries. Requires: the path was checked to be an address, so it has no control characters.
struct MailParameters {
  std::string reverse_path;                    // without "<" and ">"; "" is the null path
  std::optional<std::uint64_t> size;           // RFC 1870
  std::string_view body = "";                  // "8BITMIME", "BINARYMIME", "7BIT" (RFC 6152, RFC 3030)
  bool smtputf8 = false;                       // RFC 6531
  bool require_tls = false;                    // RFC 8689
  std::string_view ret = "";                   // "FULL", "HDRS" (RFC 3461 §4.3)
  std::string_view envelope_id = "";           // not yet xtext (RFC 3461 §4.4)
  std::optional<int> priority = std::nullopt;  // RFC 6710
  std::string deliver_by = "";                 // "120;R" (RFC 2852)
};

// What RCPT carries; requires the same of its path.
struct RcptParameters {
  std::string forward_path;
  std::string_view notify = "";  // "NEVER", "SUCCESS,FAILURE,DELAY" (RFC 3461 §4.1)
  std::string original = "";     // "rfc822;anna@example.org", not yet xtext (RFC 3461 §4.2)
};

// Each appends one line with its CRLF.
void write(const MailParameters& parameters, std::string& out);
void write(const RcptParameters& parameters, std::string& out);
void write_bdat(std::uint64_t size, bool is_last, std::string& out);

}  // namespace pillarbox::smtp
