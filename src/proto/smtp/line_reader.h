// Cuts the received bytes into command lines. Pure.
//
// Only CRLF ends a line (RFC 5321 §2.3.8). A CR or LF on its own is an error and not a line end of some other
// taste: where two servers disagree about that, one can be made to see commands that the other took for text.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

namespace pillarbox::smtp {

// None of them can be recovered from: it isn't known any more where the next line starts.
enum class LineError { too_long, bare_cr, bare_lf };

class LineReader {
 public:
  struct Line {
    std::string_view text;  // without its CRLF; points into `pending`
    std::size_t size;       // what to take off the front of the pending bytes, CRLF included
  };

  // The first line of `pending`, or nothing if it has not arrived whole. `limit` counts the CRLF. After
  // nothing, the next call must show the same bytes again with more behind them: bytes seen are not looked at
  // twice.
  std::expected<std::optional<Line>, LineError> next(std::string_view pending, std::size_t limit);

 private:
  std::size_t scanned_ = 0;
};

}  // namespace pillarbox::smtp
