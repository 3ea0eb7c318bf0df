#include "proto/smtp/reply_reader.h"

#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

// Takes a number of one to `most` digits.
std::optional<unsigned> take_number(std::string_view& text, std::size_t most) {
  std::size_t size = 0;
  unsigned value = 0;
  while (size < text.size() && size < most && is_ascii_digit(text[size])) {
    value = value * 10 + static_cast<unsigned>(text[size++] - '0');
  }
  if (size == 0) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

// RFC 2034 §4: "2.1.5 " at the start of a line's text. Taken off if it is there.
std::optional<EnhancedCode> take_enhanced(std::string_view& text) {
  std::string_view rest = text;
  if (rest.size() < 5 || (rest[0] != '2' && rest[0] != '4' && rest[0] != '5') || rest[1] != '.')
    return std::nullopt;
  rest.remove_prefix(2);
  const auto subject = take_number(rest, 3);
  if (!subject || *subject > 255 || !rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  const auto detail = take_number(rest, 3);
  if (!detail || (!rest.empty() && rest[0] != ' ')) return std::nullopt;
  text = rest.substr(rest.empty() ? 0 : 1);
  return EnhancedCode{.subject = static_cast<std::uint8_t>(*subject),
                      .detail = static_cast<std::uint16_t>(*detail)};
}

}  // namespace

std::string_view describe(ReplyError error) {
  switch (error) {
    case ReplyError::line_too_long: return "a reply whose line has no end";
    case ReplyError::too_long: return "a reply without end";
    case ReplyError::no_code: return "something that is no reply";
    case ReplyError::mixed_codes: return "a reply with more than one code";
  }
  return "something that is no reply";
}

std::expected<std::optional<Reply>, ReplyError> ReplyReader::take(std::string_view& input) {
  while (!input.empty()) {
    const auto end = input.find('\n');
    const std::size_t size = end == std::string_view::npos ? input.size() : end + 1;
    if (partial_.size() + size > max_server_line) return std::unexpected(ReplyError::line_too_long);
    if ((size_ += size) > max_server_reply) return std::unexpected(ReplyError::too_long);
    partial_.append(input, 0, size);
    input.remove_prefix(size);
    if (end == std::string_view::npos) break;

    std::string_view line(partial_);
    line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_last = TRY(add_line(line));
    partial_.clear();
    if (!is_last) continue;
    size_ = lines_ = 0;
    return std::exchange(reply_, {});
  }
  return std::nullopt;
}

// True if it is the reply's last.
std::expected<bool, ReplyError> ReplyReader::add_line(std::string_view line) {
  if (++lines_ > max_server_lines) return std::unexpected(ReplyError::too_long);
  const bool has_code = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_ascii_digit(line[1]) &&
                        is_ascii_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!has_code) return std::unexpected(ReplyError::no_code);
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (lines_ > 1 && code != reply_.code) return std::unexpected(ReplyError::mixed_codes);
  reply_.code = code;
  const bool is_last = line.size() == 3 || line[3] == ' ';
  std::string_view text = line.substr(line.size() == 3 ? 3 : 4);
  const auto enhanced = take_enhanced(text);
  if (!reply_.enhanced) reply_.enhanced = enhanced;
  if (lines_ > 1) reply_.text += '\n';
  reply_.text += escape_controls(text);
  return is_last;
}

}  // namespace pillarbox::smtp
