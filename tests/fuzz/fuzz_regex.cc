// links: config
// A regular expression and a text, in two lines: matching ends, and what is told of a match's end is true.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "config/open_relay.h"
#include "config/regex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view expression = all.substr(0, all.find('\n'));
  const std::string_view text = all.substr(std::min(expression.size() + 1, all.size()));
  const auto regex = config::Regex::compile(expression);
  if (!regex) return 0;
  const config::CertainEnding ending = config::certain_ending(expression);
  config::is_too_broad_domain_regex(expression);
  config::is_too_broad_address_regex(expression);
  const bool matches = regex->matches(text);
  const bool is_ascii = std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
  if (!matches || !is_ascii) return 0;  // beyond ASCII a letter may have several lower cases
  const std::string lower = to_ascii_lower(text);
  ASSERT(lower.ends_with(ending.text));
  ASSERT(!ending.is_whole || lower == ending.text);
  return 0;
}
