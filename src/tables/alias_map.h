// aliases(5) and virtual domains: a name and the recipients it stands for.
//
//   root: anna, bob@example.org        a local name; the colon may be left out
//   info@example.org  anna             an address of a virtual domain
//   @example.org      anna             whatever else comes for that domain
//   @                 anna             whatever else comes for any of ours
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.h"
#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

struct AliasTarget {
  std::string name;  // of a user or another alias; "" if `address` is set
  std::optional<mail::Address> address;
  bool is_final = false;  // "\name": the user of that name, even where there is an alias of that name too

  std::string text() const;
};

class AliasMap {
 public:
  static AliasMap parse(const Lines& lines, std::vector<LineError>& errors);

  // By local name, by address, and what is left for a domain or for all of ours; nullptr if there is nothing.
  // Without case. Domains as mail::Address has them.
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

// One target, trimmed; or why it can't be one.
std::expected<AliasTarget, std::string> parse_alias_target(std::string_view text);

}  // namespace pillarbox::tables
