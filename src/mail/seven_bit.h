// Makes a message fit for servers that take ASCII alone (RFC 6152 §3, RFC 3030 §3): the parts of it that
// aren't get another content transfer encoding, and say so.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace pillarbox::mail {

enum class SevenBitError : std::uint8_t {
  is_signed,  // a part under a signature, which another encoding would break (RFC 1847 §2.1)
  is_opaque,  // a part that can't have another encoding (RFC 2046 §5.2), or none that is known
};
std::string_view describe(SevenBitError error);

// The same message: every part decodes to the bytes it did before. Header fields stay as they are, whatever
// they hold; what stands between parts, where nobody reads, loses what isn't ASCII. Time is linear.
std::expected<std::string, SevenBitError> to_seven_bit(std::string_view message);

// RFC 2045 §6.7, §6.8: lines of at most 76 characters. Quoted-printable keeps CRLF as line ends.
std::string encode_quoted_printable(std::string_view text);
std::string encode_base64_lines(std::string_view bytes);

}  // namespace pillarbox::mail
