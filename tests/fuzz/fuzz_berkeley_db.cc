// links: tables
// Berkeley DB files of any bytes: pairs that together aren't larger than twice the file, or an error.
#include "base/try.h"
#include "tables/berkeley_db.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::tables;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  std::deque<std::string> joined;
  const auto pairs = read_berkeley_db(file, joined);
  if (!pairs) {
    ASSERT(!describe(pairs.error()).empty());
    return 0;
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : *pairs) bytes += key.size() + value.size();
  ASSERT(bytes <= 2 * size);
  return 0;
}
