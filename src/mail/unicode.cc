#include "mail/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>

#include "base/text.h"
#include "base/try.h"
#include "mail/syntax.h"

namespace pillarbox::mail {

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

}  // namespace pillarbox::mail
