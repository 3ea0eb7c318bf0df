// The replies of a server, as a client reads them (RFC 5321 §4.2). Pure.
//
// A server is nobody to be trusted: lines, their number and all of a reply have limits (limits.h), and its
// text comes out in UTF-8 without control characters, fit for a log or a report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proto/smtp/reply.h"

namespace pillarbox::smtp {

// After any of them it isn't known where the next reply starts.
enum class ReplyError : std::uint8_t {
  line_too_long,
  too_long,     // too many lines, or too many bytes in all
  no_code,      // a line doesn't begin with a code from 200 to 599
  mixed_codes,  // the lines of one reply have different ones
};

// In words, for a report: "a reply without a code".
std::string_view describe(ReplyError error);

class ReplyReader {
 public:
  // Takes from the front of `input` what belongs to the next reply: all of it, unless the reply is whole
  // before its end. The reply's text has its lines separated by '\n', without enhanced codes; the class of an
  // enhanced code that contradicts the code is not looked at. Lines may end with a bare LF.
  std::expected<std::optional<Reply>, ReplyError> take(std::string_view& input);

  // Something of a reply has come, but not all.
  bool is_amid() const { return size_ > 0; }

 private:
  std::expected<bool, ReplyError> add_line(std::string_view line);

  std::string partial_;  // a line whose end hasn't come
  Reply reply_;
  std::size_t size_ = 0;   // of the reply so far, in octets
  std::size_t lines_ = 0;  // whole ones so far
};

}  // namespace pillarbox::smtp
