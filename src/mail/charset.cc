#include "mail/charset.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace pillarbox::mail {
namespace {

// What is said, and what is meant. The right column is a superset of the left in every case.
constexpr std::pair<std::string_view, const char*> supersets[] = {
    {"iso-8859-1", "windows-1252"}, {"iso8859-1", "windows-1252"},
    {"latin1", "windows-1252"},     {"iso-8859-9", "windows-1254"},
    {"tis-620", "windows-874"},     {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},      {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},           {"cp936", "gb18030"},
    {"euc-cn", "gb18030"},          {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601", "windows-949"},   {"euc-kr", "windows-949"},
    {"shift_jis", "windows-31j"},   {"shift-jis", "windows-31j"},
    {"x-sjis", "windows-31j"},      {"big5", "big5-hkscs"},
    {"x-big5", "big5-hkscs"},       {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"}, {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-6-e", "iso-8859-6"}, {"iso-2022-jp", "iso-2022-jp-2"},
};

// windows-1252, 0x80 to 0x9F; what it leaves undefined is the C1 control of the same number.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void append_bmp(char16_t code, std::string& utf8) {
  if (code < 0x80) {
    utf8 += static_cast<char>(code);
  } else if (code < 0x800) {
    utf8 += static_cast<char>(0xC0 | code >> 6);
    utf8 += static_cast<char>(0x80 | (code & 63));
  } else {
    utf8 += static_cast<char>(0xE0 | code >> 12);
    utf8 += static_cast<char>(0x80 | (code >> 6 & 63));
    utf8 += static_cast<char>(0x80 | (code & 63));
  }
}

std::size_t ascii_prefix(std::string_view bytes) {
  return static_cast<std::size_t>(
      std::ranges::find_if(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }) -
      bytes.begin());
}

// The name that ICU knows it by, or nothing. ICU would look for a file of an unknown name, so it isn't asked
// to.
std::optional<std::string> icu_name(std::string_view charset) {
  constexpr std::size_t longest = 40;
  if (charset.empty() || charset.size() > longest) return std::nullopt;
  std::string name = to_ascii_lower(charset);
  if (name.find('\0') != std::string::npos || name.find(',') != std::string::npos) return std::nullopt;
  for (const auto& [said, meant] : supersets) {
    if (name == said) return meant;
  }
  UErrorCode status = U_ZERO_ERROR;
  if (ucnv_countAliases(name.c_str(), &status) == 0 || U_FAILURE(status)) return std::nullopt;
  return name;
}

bool is_ascii_name(std::string_view lower) {
  return lower == "us-ascii" || lower == "ascii" || lower == "ansi_x3.4-1968" || lower == "iso646-us";
}

// What a lead byte asks for (RFC 3629 §4): the length of its character and the range of the second byte.
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
};

constexpr Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .low = 0xA0};
  if (byte == 0xED) return {.length = 3, .high = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .low = 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .high = 0x8F};
  return {};
}

enum class Fit : std::uint8_t { whole, begun, invalid };

// How much of the character that starts `bytes` is there: `length` counts the bytes that fit.
Fit fit_utf8(std::string_view bytes, std::size_t& length) {
  const Lead lead = lead_of(static_cast<unsigned char>(bytes.front()));
  length = 1;
  if (lead.length == 0) return Fit::invalid;
  for (; length < lead.length; ++length) {
    if (length == bytes.size()) return Fit::begun;
    const auto byte = static_cast<unsigned char>(bytes[length]);
    const bool fits = length == 1 ? byte >= lead.low && byte <= lead.high : (byte & 0xC0) == 0x80;
    if (!fits) return Fit::invalid;
  }
  return Fit::whole;
}

}  // namespace

class CharsetDecoder::Converter {
 public:
  explicit Converter(const std::string& name) {
    UErrorCode status = U_ZERO_ERROR;
    from_.reset(ucnv_open(name.c_str(), &status));
    if (U_FAILURE(status)) from_.reset();
    if (!from_) return;
    const UConverterType type = ucnv_getType(from_.get());
    // Only these have ASCII's characters at ASCII's bytes whenever no character is under way, and not all of
    // them: Shift_JIS has some controls in other places.
    const bool is_stateless =
        type == UCNV_SBCS || type == UCNV_MBCS || type == UCNV_DBCS || type == UCNV_LATIN_1;
    has_ascii_ = is_stateless && decode_ascii();
  }

  bool is_open() const { return from_ != nullptr; }

  void feed(std::string_view bytes, bool is_last, std::string& utf8) {
    UErrorCode status = U_ZERO_ERROR;
    if (has_ascii_ && !bytes.empty() && ucnv_toUCountPending(from_.get(), &status) == 0) {
      const std::size_t plain = ascii_prefix(bytes);
      utf8.append(bytes, 0, plain);
      bytes.remove_prefix(plain);
      if (bytes.empty() && !is_last) return;
    }
    const char* source = bytes.data();
    const char* end = source + bytes.size();
    do {
      std::array<UChar, 2048> buffer;
      UChar* target = buffer.data() + leftover(buffer);
      status = U_ZERO_ERROR;
      ucnv_toUnicode(from_.get(), &target, buffer.data() + buffer.size(), &source, end, nullptr, is_last,
                     &status);
      append_utf16({buffer.data(), target}, is_last && status != U_BUFFER_OVERFLOW_ERROR, utf8);
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (is_last) ucnv_reset(from_.get());
  }

 private:
  struct Close {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
  };

  // Whether all of ASCII stands for itself.
  bool decode_ascii() {
    std::array<char, 128> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
    std::array<UChar, 256> units;
    UErrorCode status = U_ZERO_ERROR;
    const auto length =
        ucnv_toUChars(from_.get(), units.data(), units.size(), bytes.data(), bytes.size(), &status);
    ucnv_reset(from_.get());
    return U_SUCCESS(status) && std::equal(bytes.begin(), bytes.end(), units.begin(), units.begin() + length);
  }

  // Puts back the half of a surrogate pair that a full buffer has parted from the other.
  std::size_t leftover(std::array<UChar, 2048>& buffer) {
    if (high_surrogate_ == 0) return 0;
    buffer[0] = std::exchange(high_surrogate_, 0);
    return 1;
  }

  void append_utf16(std::u16string_view text, bool is_last, std::string& utf8) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char16_t unit = text[i];
      const bool is_high = unit >= 0xD800 && unit < 0xDC00;
      if (is_high && i + 1 == text.size() && !is_last) {
        high_surrogate_ = unit;
      } else if (is_high && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
        const char32_t code = 0x10000 + ((unit & 0x3FFu) << 10) + (text[++i] & 0x3FFu);
        utf8 += static_cast<char>(0xF0 | code >> 18);
        utf8 += static_cast<char>(0x80 | (code >> 12 & 63));
        utf8 += static_cast<char>(0x80 | (code >> 6 & 63));
        utf8 += static_cast<char>(0x80 | (code & 63));
      } else {
        append_bmp(unit >= 0xD800 && unit < 0xE000 ? u'\xFFFD' : unit, utf8);
      }
    }
  }

  std::unique_ptr<UConverter, Close> from_;
  bool has_ascii_ = false;
  UChar high_surrogate_ = 0;
};

CharsetDecoder::CharsetDecoder(std::string_view charset) {
  const std::string lower = to_ascii_lower(charset);
  if (lower == "utf-8" || lower == "utf8") return;
  if (const auto name = is_ascii_name(lower) ? std::nullopt : icu_name(charset)) {
    converter_ = std::make_unique<Converter>(*name);
    if (converter_->is_open()) return;
    converter_.reset();
  }
  invalid_ = Invalid::is_windows_1252;
}

CharsetDecoder::~CharsetDecoder() = default;
CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;

void CharsetDecoder::feed(std::string_view bytes, std::string& utf8) {
  if (converter_) return converter_->feed(bytes, false, utf8);
  feed_utf8(bytes, utf8);
}

void CharsetDecoder::finish(std::string& utf8) {
  if (converter_) return converter_->feed({}, true, utf8);
  append_invalid(begun_, utf8);
  begun_.clear();
}

void CharsetDecoder::feed_utf8(std::string_view bytes, std::string& utf8) {
  std::size_t length = 0;
  while (!begun_.empty() && !bytes.empty()) {
    begun_ += bytes.front();
    const Fit fit = fit_utf8(begun_, length);
    if (fit == Fit::invalid) {  // the new byte isn't part of it and is looked at again
      begun_.pop_back();
      append_invalid(begun_, utf8);
      begun_.clear();
      break;
    }
    bytes.remove_prefix(1);
    if (fit == Fit::whole) utf8 += std::exchange(begun_, {});
  }
  while (!bytes.empty()) {
    const std::size_t plain = ascii_prefix(bytes);
    utf8.append(bytes, 0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) return;
    const Fit fit = fit_utf8(bytes, length);
    if (fit == Fit::begun) {
      begun_ = bytes;
      return;
    }
    if (fit == Fit::whole) {
      utf8.append(bytes, 0, length);
    } else {
      append_invalid(bytes.substr(0, length), utf8);
    }
    bytes.remove_prefix(length);
  }
}

// One U+FFFD for each broken character, as Unicode recommends, or every byte for itself.
void CharsetDecoder::append_invalid(std::string_view bytes, std::string& utf8) const {
  if (invalid_ == Invalid::becomes_replacement) {
    if (!bytes.empty()) append_bmp(0xFFFD, utf8);
    return;
  }
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_bmp(byte < 0x80 || byte >= 0xA0 ? byte : windows_1252[byte - 0x80], utf8);
  }
}

bool is_known_charset(std::string_view charset) {
  const std::string lower = to_ascii_lower(charset);
  return lower == "utf-8" || is_ascii_name(lower) || icu_name(charset).has_value();
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  CharsetDecoder decoder(charset);
  std::string utf8;
  utf8.reserve(bytes.size());
  decoder.feed(bytes, utf8);
  decoder.finish(utf8);
  return utf8;
}

}  // namespace pillarbox::mail
