// links: tables
// Alias lines, included lists and .forward files (aliases(5), forward(5)): what is read prints back to the
// same target, and errors name lines that are there.
#include <algorithm>

#include "base/try.h"
#include "tables/alias_map.h"
#include "tables/alias_target.h"

namespace {
using namespace pillarbox::tables;

void check(const std::vector<LineError>& errors, const std::string& text) {
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n') + 1);
  for (const LineError& error : errors)
    ASSERT(error.line >= 1 && error.line <= lines && !error.message.empty());
}

void check(const AliasTarget& target) {
  const auto* name = std::get_if<AliasName>(&target);
  if (name != nullptr && name->name.find_first_of(" \t@,\\\"|/:<") != std::string::npos)
    return;  // needs quotes
  const bool is_command = std::holds_alternative<AliasCommand>(target);
  const auto again = parse_alias_target(text_of(target));
  if (name != nullptr && !again) return;  // "error:x" as a quoted name
  ASSERT(is_command || (again && again->index() == target.index() && text_of(*again) == text_of(target)));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = split_lines("aliases", text);
  std::vector<LineError> errors = lines->errors;
  const auto list = TargetList::parse(*lines, errors);
  check(errors, text);
  for (const AliasTarget& target : list.targets) check(target);
  errors = lines->errors;
  const auto map = AliasMap::parse(*lines, errors);
  check(errors, text);
  for (const auto& [key, entry] : map.entries()) {
    ASSERT(!key.empty() && entry.line >= 1);
    for (const AliasTarget& target : entry.targets) check(target);
  }
  return 0;
}
