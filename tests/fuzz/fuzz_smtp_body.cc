// links: smtpd
// The text of a message through DataDecoder, LineBreakCheck and HeaderScan, in pieces whose sizes the input
// chooses: the same as whole, and the same as decoders too simple to be wrong.
#include <limits>
#include <string>

#include "base/try.h"
#include "proto/smtp/data_decoder.h"
#include "proto/smtp/line_breaks.h"
#include "smtpd/header_scan.h"

using namespace pillarbox;
using smtp::DataDecoder;

namespace {

// Gives out the pieces' sizes: bytes of the input's front, then ones.
struct Cutter {
  std::string_view sizes;
  std::size_t next() {
    if (sizes.empty()) return 1;
    const auto size = static_cast<unsigned char>(sizes.front());
    sizes.remove_prefix(1);
    return size + 1u;
  }
};

struct Decoded {
  std::string text;
  DataDecoder::Status status = DataDecoder::Status::more;
  std::size_t taken = 0;
};

Decoded decode(std::string_view bytes, Cutter cutter) {
  Decoded result;
  DataDecoder decoder;
  while (result.taken < bytes.size() && result.status == DataDecoder::Status::more) {
    std::string_view input = bytes.substr(result.taken, cutter.next());
    const std::size_t before = input.size();
    const auto piece = decoder.take(input);
    result.text += piece.text;
    result.status = piece.status;
    result.taken += before - input.size();
  }
  return result;
}

// RFC 5321 §4.5.2 line by line.
Decoded decode_simply(std::string_view bytes) {
  Decoded result;
  for (std::size_t start = 0; start < bytes.size();) {
    const auto cr = bytes.find('\r', start);
    const auto lf = bytes.find('\n', start);
    const auto first = std::min(cr, lf);
    std::string_view line = bytes.substr(start, first - start);
    const bool is_whole = cr != std::string_view::npos && lf == cr + 1;
    if (is_whole && line == ".") return {result.text, DataDecoder::Status::end, start + 3};
    if (line.starts_with('.')) line.remove_prefix(1);
    result.text += line;
    if (first == std::string_view::npos) break;
    if (!is_whole) {
      if (first + 1 == bytes.size() && bytes[first] == '\r') {
        if (bytes.substr(start, first - start) != ".")
          result.text += '\r';  // it may still be a CRLF, or an end
        break;
      }
      result.status = lf < cr ? DataDecoder::Status::bare_lf : DataDecoder::Status::bare_cr;
      break;
    }
    result.text += "\r\n";
    start = lf + 1;
  }
  return result;
}

void check_data(std::string_view sizes, std::string_view bytes) {
  const Decoded pieces = decode(bytes, {sizes});
  const Decoded simple = decode_simply(bytes);
  ASSERT(pieces.status == simple.status);
  if (simple.status == DataDecoder::Status::end) ASSERT(pieces.taken == simple.taken);
  if (simple.status == DataDecoder::Status::more || simple.status == DataDecoder::Status::end) {
    ASSERT(pieces.text == simple.text);
  }
}

void check_line_breaks(std::string_view sizes, std::string_view bytes) {
  bool is_clean = true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool follows_cr = i > 0 && bytes[i - 1] == '\r';
    is_clean &= (bytes[i] == '\n') == follows_cr;
  }
  is_clean &= !bytes.ends_with('\r');
  smtp::LineBreakCheck check;
  Cutter cutter{sizes};
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view piece = bytes.substr(at, cutter.next());
    check.feed(piece);
    at += piece.size();
  }
  ASSERT(check.is_clean() == is_clean);
}

void check_header(std::string_view sizes, std::string_view bytes) {
  constexpr smtpd::HeaderScan::Limits limits{.size = 4'000, .field_size = 1'000, .fields = 50, .hops = 5};
  smtpd::HeaderScan whole(limits);
  whole.feed(bytes);
  smtpd::HeaderScan scan(limits);
  Cutter cutter{sizes};
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view piece = bytes.substr(at, cutter.next());
    scan.feed(piece);
    at += piece.size();
  }
  ASSERT(scan.fault() == whole.fault());
  if (whole.fault() != smtpd::HeaderScan::Fault::none) return;
  ASSERT(scan.has_ended() == whole.has_ended() && scan.begins_with_text() == whole.begins_with_text());
  ASSERT(scan.has_date() == whole.has_date() && scan.has_message_id() == whole.has_message_id());
  ASSERT(scan.delivered_to() == whole.delivered_to());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cuts = bytes.empty() ? 0 : std::min<std::size_t>(bytes.front() & 15, bytes.size() - 1);
  if (!bytes.empty()) bytes.remove_prefix(1);
  const std::string_view sizes = bytes.substr(0, cuts);
  bytes.remove_prefix(cuts);
  check_data(sizes, bytes);
  check_line_breaks(sizes, bytes);
  check_header(sizes, bytes);
  return 0;
}
