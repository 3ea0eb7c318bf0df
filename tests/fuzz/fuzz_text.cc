// links: mail
#include "base/text.h"
#include "base/try.h"
#include "mail/part_text.h"
#include "mail/text_matcher.h"

// Decoding and matching a text in one piece and in pieces comes to the same. The first line names encoding
// and charset.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::mail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view line = text.substr(0, text.find('\n'));
  Part part{.encoding{line.substr(0, line.find(' '))}};
  part.content_type.parameters.push_back({"charset", std::string(line.substr(line.find(' ') + 1))});
  const std::string whole = part_text(part, text);
  ASSERT(pillarbox::is_utf8(whole));
  std::size_t half = whole.size() / 2;
  while (half < whole.size() && (whole[half] & 0xC0) == 0x80) ++half;
  TextMatcher matcher(whole.substr(half));
  PartTextDecoder decoder(part);
  CasemapStream casemap;
  for (const char byte : text) matcher.feed(casemap.feed(decoder.feed({&byte, 1})));
  ASSERT(matcher.feed(casemap.feed(decoder.finish())));
  return 0;
}
