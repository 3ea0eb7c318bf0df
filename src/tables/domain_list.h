// A list of domains or host names: example.org, *.example.org.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

class DomainList {
 public:
  static DomainList parse(const Lines& lines, std::vector<LineError>& errors);

  // The entry that `domain`, as mail::Address has it, is matched by: itself first, then the narrowest
  // "*.suffix", then other patterns in their order. Valid as long as the list.
  std::optional<std::string_view> find(std::string_view domain) const;

  void add(std::string_view pattern);

 private:
  StringSet exact_;
  StringSet below_;                    // "*.example.org", by ".example.org"
  std::vector<std::string> patterns_;  // with a "*" anywhere else
};

}  // namespace pillarbox::tables
