#include "proto/smtp/line_reader.h"

namespace pillarbox::smtp {

std::expected<std::optional<LineReader::Line>, LineError> LineReader::next(std::string_view pending,
                                                                           std::size_t limit) {
  const std::string_view allowed = pending.substr(0, limit);
  const auto end = allowed.find('\n', scanned_);
  if (end == std::string_view::npos) {
    if (pending.size() >= limit) return std::unexpected(LineError::too_long);
    scanned_ = pending.size();
    return std::nullopt;
  }
  scanned_ = 0;
  const auto cr = allowed.substr(0, end).find('\r');
  if (cr == std::string_view::npos) return std::unexpected(LineError::bare_lf);
  if (cr + 1 != end) return std::unexpected(LineError::bare_cr);
  return Line{.text = allowed.substr(0, cr), .size = end + 1};
}

}  // namespace pillarbox::smtp
