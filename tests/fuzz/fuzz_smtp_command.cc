// links: proto/smtp
// Lines through LineReader and parse_command, and a PROXY header before them: the same however they are cut,
// and values that keep the promises of command.h.
#include <string>

#include "base/try.h"
#include "proto/smtp/command.h"
#include "proto/smtp/limits.h"
#include "proto/smtp/line_reader.h"
#include "proto/smtp/proxy_header.h"
#include "proto/smtp/reply.h"

using namespace pillarbox::smtp;

namespace {

void check(const Ehlo& c) {
  ASSERT(!c.client.empty() && c.client.find_first_of("()<>\"\\; ") == std::string::npos);
}
void check(const Mail& c) {
  ASSERT(c.smtputf8 || !c.reverse_path.has_utf8);
  if (const auto& address = c.reverse_path.address) {
    ASSERT(pillarbox::mail::parse_address(address->to_string()) == *address);
  }
}
void check(const Rcpt& c) { ASSERT(c.forward_path.address.has_value()); }
void check(const Auth& c) { ASSERT(!c.mechanism.empty() && c.mechanism.size() <= 20); }
void check(const auto&) {}

// A reply with the peer's bytes in it is one reply.
void check_reply(std::string_view text) {
  std::string out;
  write({.code = 550, .enhanced = EnhancedCode{1, 1}, .text = std::string(text)}, out);
  for (std::size_t at = 0; at < out.size();) {
    const auto end = out.find("\r\n", at);
    ASSERT(end != std::string::npos && end + 2 - at <= max_reply_line);
    ASSERT(out[at + 3] == (end + 2 == out.size() ? ' ' : '-'));
    at = end + 2;
  }
}

// What comes of the bytes when they arrive `step` at a time: lines, and how it ended.
std::string read_lines(std::string_view bytes, std::size_t step) {
  std::string events;
  LineReader reader;
  std::size_t begin = 0;
  for (std::size_t end = std::min(step, bytes.size());; end = std::min(end + step, bytes.size())) {
    for (;;) {
      const std::string_view pending = bytes.substr(begin, end - begin);
      const auto line = reader.next(pending, is_auth(pending) ? max_auth_line : max_command_line);
      if (!line) return events + "error";
      if (!*line) break;
      events.append((*line)->text).append("\n");
      begin += (*line)->size;
    }
    if (end == bytes.size()) return events;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto command = parse_command(bytes)) std::visit([](const auto& c) { check(c); }, *command);
  check_reply(bytes);

  // The whole tells of a line that is too long what its pieces would have told: so compare those that fit.
  if (size < max_command_line) ASSERT(read_lines(bytes, size + 1) == read_lines(bytes, 1));

  const auto header = parse_proxy_header(bytes);
  if (header && *header) {
    ASSERT((*header)->size <= size && (*header)->size <= max_proxy_v2);
    const auto shorter = parse_proxy_header(bytes.substr(0, (*header)->size - 1));
    ASSERT(shorter && !*shorter);
  } else if (header) {
    ASSERT(proxy_bytes_missing(bytes) > 0);
  }
  return 0;
}
