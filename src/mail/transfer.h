// Content transfer encodings (RFC 2045 §6), decoded chunk by chunk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::mail {

enum class TransferEncoding : std::uint8_t { identity, base64, quoted_printable };

// Names nobody knows count as identity (RFC 2045 §6.4 says octet-stream; the bytes are the same).
TransferEncoding transfer_encoding(std::string_view name);

// Lenient, as it must be: base64 skips what isn't of its alphabet and starts anew after padding;
// quoted-printable leaves an "=" that means nothing as it stands, and drops blanks at the end of a line. What
// comes out doesn't depend on how the input was cut.
class TransferDecoder {
 public:
  explicit TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}

  void feed(std::string_view chunk, std::string& out);
  // What an incomplete end still holds. Afterwards a new text may start.
  void finish(std::string& out);

 private:
  void feed_base64(std::string_view chunk, std::string& out);
  void flush_base64(std::string& out);
  void feed_quoted_printable(std::string_view chunk, std::string& out);
  void take_held(char c, std::string& out);

  TransferEncoding encoding_;
  std::uint32_t bits_ = 0;  // base64: the digits of a group of four that isn't full
  std::uint32_t digits_ = 0;
  std::string held_;  // quoted-printable: what means something only with what follows
};

std::string decode_transfer(std::string_view bytes, TransferEncoding encoding);

}  // namespace pillarbox::mail
