// From any character set to UTF-8, chunk by chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pillarbox::mail {

// Never fails: what can't be converted becomes U+FFFD. us-ascii, no name at all and names that nobody knows
// are read as UTF-8, and bytes in them that aren't UTF-8 as windows-1252, which is what such mail nearly
// always is. Names whose mailers write a superset of what they say are read as that superset (iso-8859-1 as
// windows-1252, gb2312 as gb18030, …). The result is valid UTF-8, however the input was cut.
class CharsetDecoder {
 public:
  // `charset`: the parameter of Content-Type or the first word of an encoded word; case doesn't matter.
  explicit CharsetDecoder(std::string_view charset);
  ~CharsetDecoder();
  CharsetDecoder(CharsetDecoder&&) noexcept;
  CharsetDecoder& operator=(CharsetDecoder&&) noexcept;

  // Appends to `utf8` what the bytes stand for.
  void feed(std::string_view bytes, std::string& utf8);
  // The same for a character that was begun and never ended. Afterwards a new text may start.
  void finish(std::string& utf8);

 private:
  class Converter;  // ICU's
  enum class Invalid : std::uint8_t { becomes_replacement, is_windows_1252 };

  void feed_utf8(std::string_view bytes, std::string& utf8);
  void append_invalid(std::string_view bytes, std::string& utf8) const;

  std::unique_ptr<Converter> converter_;  // none: UTF-8
  Invalid invalid_ = Invalid::becomes_replacement;
  std::string begun_;  // the first bytes of a UTF-8 character
};

// Whether there is such a character set. SEARCH must refuse others (RFC 3501 §6.4.4).
bool is_known_charset(std::string_view charset);

// A whole text at once.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace pillarbox::mail
