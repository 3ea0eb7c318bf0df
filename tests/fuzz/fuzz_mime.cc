// links: mail
#include <algorithm>

#include "base/try.h"
#include "mail/body_parts.h"
#include "mail/message_search.h"
#include "mail/structure_reader.h"
// Two ways of cutting one message give one structure, and the compact form keeps all of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::mail;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const Structure whole = read_structure(rest);
  ASSERT(decode_structure(encode(whole)) == whole);
  if (const auto decoded = decode_structure(rest)) ASSERT(decode_structure(encode(*decoded)) == decoded);
  select_body_parts(whole);
  MessageSearch search({{.utf8 = "no"}, {.in = SearchKey::In::body, .utf8 = "e"}});
  search.begin(whole);
  StructureReader reader;
  for (std::size_t seed = size > 1 ? data[0] * 256 + data[1] : 0; !rest.empty();
       seed = seed * 25'173 + 13'849) {
    const auto step = std::min<std::size_t>(rest.size(), seed / 16 % 40 + 1);
    reader.feed(rest.substr(0, step)), search.feed(rest.substr(0, step));
    rest.remove_prefix(step);
  }
  ASSERT(reader.finish() == whole);
  return 0;
}
