// links: mail
#include <algorithm>

#include "base/try.h"
#include "mail/body_parts.h"
#include "mail/structure_reader.h"

// Two ways of cutting one message give one structure, and the compact form keeps all of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::mail;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const Structure whole = read_structure(message);
  ASSERT(decode_structure(encode(whole)) == whole);
  if (const auto any = decode_structure(message)) ASSERT(decode_structure(encode(*any)) == any);
  StructureReader reader;
  std::size_t seed = size > 1 ? data[0] * 256 + data[1] : 0;
  for (std::size_t at = 0, step = 0; at < size; at += step, seed = seed * 25'173 + 13'849) {
    step = std::min(size - at, seed / 16 % 40 + 1);
    reader.feed(message.substr(at, step));
  }
  ASSERT(reader.finish() == whole);
  select_body_parts(whole);
  return 0;
}
