#include "mail/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <array>
#include <bitset>

#include "base/text.h"
#include "base/try.h"
#include "mail/syntax.h"

namespace pillarbox::mail {
namespace {

void append_utf8(UChar32 code, std::string& utf8) {
  std::array<std::uint8_t, U8_MAX_LENGTH> bytes;
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, code);
  utf8.append(reinterpret_cast<const char*>(bytes.data()), length);
}

void append_decomposed(UChar32 code, std::string& utf8) {
  static const UNormalizer2* const nfkd = [] {  // immutable, owned by ICU
    UErrorCode status = U_ZERO_ERROR;
    const auto* instance = unorm2_getNFKDInstance(&status);
    ASSERT(U_SUCCESS(status));
    return instance;
  }();
  std::array<UChar, 32> units;  // the longest of all, U+FDFA, has 18
  UErrorCode status = U_ZERO_ERROR;
  const int32_t length = unorm2_getDecomposition(nfkd, code, units.data(), units.size(), &status);
  if (length < 0 || U_FAILURE(status)) return append_utf8(code, utf8);
  for (int32_t i = 0; i < length;) {
    UChar32 part = 0;
    U16_NEXT(units.data(), i, length, part);
    append_utf8(part, utf8);
  }
}

// The characters that are their own title case and have no decomposition: nearly all of most scripts. U+FFFD
// isn't among them, so that broken bytes, which read as it, don't pass for it. Made once, immutable.
const std::bitset<0x10000>& unchanged_by_casemap() {
  static const std::bitset<0x10000> unchanged = [] {
    std::bitset<0x10000> made;
    std::string before, after;
    for (UChar32 code = 0x80; code < 0xFFFD; ++code) {
      if (U_IS_SURROGATE(code)) continue;
      before.clear();
      after.clear();
      append_utf8(code, before);
      append_decomposed(u_totitle(code), after);
      made[static_cast<std::size_t>(code)] = before == after;
    }
    return made;
  }();
  return unchanged;
}

}  // namespace

std::string fold_case(std::string_view utf8) {
  if (!has_non_ascii(utf8)) return to_ascii_lower(utf8);
  UErrorCode status = U_ZERO_ERROR;
  std::string folded;
  icu::StringByteSink<std::string> folded_sink(&folded, static_cast<int32_t>(utf8.size()));
  icu::CaseMap::utf8Fold(0, icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())), folded_sink,
                         nullptr, status);
  const auto* nfc = icu::Normalizer2::getNFCInstance(status);
  ASSERT(U_SUCCESS(status));
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<int32_t>(folded.size()));
  nfc->normalizeUTF8(0, folded, sink, nullptr, status);
  ASSERT(U_SUCCESS(status));
  return result;
}

void append_casemap(std::string_view utf8, std::string& prepared) {
  const std::bitset<0x10000>& unchanged = unchanged_by_casemap();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const std::size_t size = utf8.size();
  for (std::size_t at = 0; at < size;) {
    const std::size_t ascii = at;
    while (at < size && bytes[at] < 0x80) ++at;
    const std::size_t prepared_size = prepared.size();
    prepared.append(utf8, ascii, at - ascii);
    for (std::size_t i = prepared_size; i < prepared.size(); ++i) prepared[i] = ascii_upper(prepared[i]);
    if (at == size) return;
    const std::size_t start = at;
    UChar32 code = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, code);
    if (code < 0x10000 && unchanged[static_cast<std::size_t>(code)]) {
      prepared.append(utf8, start, at - start);
    } else {
      append_decomposed(u_totitle(code), prepared);
    }
  }
}

}  // namespace pillarbox::mail
