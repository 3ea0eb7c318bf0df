// aliases(5) and virtual domains: a name and the recipients it stands for.
//
//   root: anna, bob@example.org        a local name; the colon may be left out
//   info@example.org  anna             an address of a virtual domain
//   @example.org      anna             whatever else comes for that domain
//   @                 anna             whatever else comes for any of ours
//   example.org: true                  OpenSMTPD 5's mark of a virtual domain; says nothing here
//
// What may stand on the right: tables/alias_target.h. A line that is indented, or that follows one which ends
// in a comma or a backslash, goes on with its list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tables/alias_target.h"
#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

class AliasMap {
 public:
  static AliasMap parse(const Lines& lines, std::vector<LineError>& errors);

  // By local name, by address, and what is left for a domain or for all of ours; nullptr if there is nothing.
  // Without case. Domains as mail::Address has them. Targets that are there, but none of which could be
  // read, are an empty list: somebody must mend the line before anything can be said of that recipient.
  const std::vector<AliasTarget>* find_name(std::string_view name) const;
  const std::vector<AliasTarget>* find_address(std::string_view local_part, std::string_view domain) const;
  const std::vector<AliasTarget>* find_domain(std::string_view domain) const;
  const std::vector<AliasTarget>* find_rest() const;

  struct Entry {
    std::uint32_t line = 0;
    std::vector<AliasTarget> targets;
  };
  // In no order: for checking.
  const StringMap<Entry>& entries() const { return entries_; }

 private:
  const std::vector<AliasTarget>* find(std::string_view key) const;

  StringMap<Entry> entries_;
};

}  // namespace pillarbox::tables
