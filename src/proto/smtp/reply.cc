#include "proto/smtp/reply.h"

#include <fmt/format.h>

#include <iterator>

#include "base/try.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

// How much of `text` goes on one line: never the half of a UTF-8 character.
std::size_t fitting(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  std::size_t size = room;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return size == 0 ? room : size;  // not UTF-8 at all
}

void append_cleaned(std::string_view text, std::string& out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
}

}  // namespace

std::string enhanced_text(const Reply& reply) {
  if (!reply.enhanced) return {};
  return fmt::format("{}.{}.{}", reply.code / 100, reply.enhanced->subject, reply.enhanced->detail);
}

void write(const Reply& reply, std::string& out) {
  ASSERT(reply.code >= 200 && reply.code <= 559);
  char prefix[16];  // "550-5.1.1 ", the hyphen of all lines but the last
  std::size_t prefix_size = 4;
  if (reply.enhanced) {
    const auto end = fmt::format_to_n(prefix, sizeof prefix, "{}-{}.{}.{} ", reply.code, reply.code / 100,
                                      reply.enhanced->subject, reply.enhanced->detail);
    prefix_size = end.size;
  } else {
    fmt::format_to_n(prefix, sizeof prefix, "{}-", reply.code);
  }
  ASSERT(prefix_size <= sizeof prefix);

  const std::size_t room = max_reply_line - prefix_size - 2;
  std::string_view text = reply.text;
  for (bool is_last = false; !is_last;) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    const std::size_t size = fitting(line, room);
    const bool is_cut = size < line.size();
    is_last = !is_cut && end == std::string_view::npos;
    line = line.substr(0, size);
    text.remove_prefix(is_last ? text.size() : is_cut ? size : size + 1);

    out.append(prefix, prefix_size);
    if (is_last) out[out.size() - prefix_size + 3] = ' ';
    append_cleaned(line, out);
    out += "\r\n";
  }
}

}  // namespace pillarbox::smtp
