#include "tables/alias_map.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "tables/pair.h"

namespace pillarbox::tables {
namespace {

// The form in which a key is kept; nothing if it can't be one.
std::optional<std::string> key_of(std::string_view written) {
  const auto at = written.rfind('@');
  if (at == std::string_view::npos) {
    if (written.size() >= 2 && written.front() == '"' && written.back() == '"') {
      written = written.substr(1, written.size() - 2);
    }
    if (written.empty() || !is_utf8(written) || escape_controls(written) != written) return std::nullopt;
    return folded(written);
  }
  if (at == 0) return "@" + domain_key(written.substr(1));
  const auto address = mail::parse_address(written);
  if (!address) return std::nullopt;
  return address_key(address->local_part, address->domain);
}

// OpenSMTPD 5 marked virtual domains in the same file: "example.org: true".
bool marks_domain(std::string_view key, std::string_view value) {
  return value == "true" && key.contains('.') && !key.contains('@');
}

}  // namespace

AliasMap AliasMap::parse(const Lines& lines, std::vector<LineError>& errors) {
  AliasMap map;
  map.entries_.reserve(lines.lines.size());
  Entry* continued = nullptr;  // the entry whose list of targets ended in a comma, or hasn't begun
  bool is_joined = false;      // its last line ended in a backslash
  for (const Line& line : lines.lines) {
    Pair pair;
    Entry* entry = nullptr;
    if (continued != nullptr && (line.is_indented || is_joined) && !line.value) {
      entry = continued;
      pair.value = without_comment(line.text);
    } else {
      pair = split_pair(line, KeyEnds::at_space_or_colon);
      continued = nullptr;
      is_joined = false;
      if (marks_domain(pair.key, pair.value)) continue;
      auto key = key_of(pair.key);
      if (!key) {
        errors.push_back({line.number, "\"" + std::string(pair.key) +
                                           "\" isn't a name or an address: the line is ignored"});
        continue;
      }
      const auto [added, is_new] =
          map.entries_.try_emplace(std::move(*key), Entry{.line = line.number, .targets = {}});
      if (!is_new) {
        errors.push_back({line.number, "\"" + std::string(pair.key) + "\" stands in line " +
                                           std::to_string(added->second.line) +
                                           " already: this line is ignored"});
        continue;
      }
      entry = &added->second;
    }
    // makemap(8)'s way of going on: a backslash at the end, whatever the next line begins with.
    is_joined = !line.value && pair.value.ends_with('\\');
    if (is_joined) pair.value = trim(pair.value.substr(0, pair.value.size() - 1));
    read_alias_targets(pair.value, line.number, entry->targets, errors);
    continued = is_joined || pair.value.empty() || pair.value.ends_with(',') ? entry : nullptr;
  }
  std::unordered_set<std::uint32_t> explained;
  for (const LineError& error : errors) explained.insert(error.line);
  for (const auto& [key, entry] : map.entries_) {
    if (entry.targets.empty() && !explained.contains(entry.line)) {
      errors.push_back({entry.line, "an alias without a target: its mail is deferred"});
    }
  }
  std::ranges::sort(errors, {}, [](const LineError& error) { return std::tie(error.line, error.message); });
  return map;
}

const std::vector<AliasTarget>* AliasMap::find(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.targets;
}

const std::vector<AliasTarget>* AliasMap::find_name(std::string_view name) const {
  if (name.contains('@')) return nullptr;  // a quoted local part, which isn't the address that it looks like
  return find(folded(name));
}

const std::vector<AliasTarget>* AliasMap::find_address(std::string_view local_part,
                                                       std::string_view domain) const {
  return find(address_key(local_part, domain));
}

const std::vector<AliasTarget>* AliasMap::find_domain(std::string_view domain) const {
  return find("@" + domain_key(domain));
}

const std::vector<AliasTarget>* AliasMap::find_rest() const { return find("@"); }

}  // namespace pillarbox::tables
