#include "tables/alias_map.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "base/text.h"
#include "tables/limits.h"
#include "tables/pair.h"

namespace pillarbox::tables {
namespace {

// At commas outside quotes.
std::vector<std::string_view> split_targets(std::string_view text) {
  std::vector<std::string_view> targets;
  bool is_quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (text[i] == ',' && !is_quoted) {
      targets.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  targets.push_back(trim(text.substr(begin)));
  return targets;
}

// The form in which a key is kept; nothing if it can't be one.
std::optional<std::string> key_of(std::string_view written) {
  const auto at = written.rfind('@');
  if (at == std::string_view::npos) {
    if (written.size() >= 2 && written.front() == '"' && written.back() == '"') {
      written = written.substr(1, written.size() - 2);
    }
    if (written.empty()) return std::nullopt;
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

std::string AliasTarget::text() const { return address ? address->to_string() : name; }

std::expected<AliasTarget, std::string> parse_alias_target(std::string_view text) {
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  const std::string_view inside = text.starts_with('"') ? text.substr(1) : text;
  if (inside.starts_with('|')) return std::unexpected("a command is no target that is supported yet");
  if (inside.starts_with('/')) return std::unexpected("a file is no target that is supported yet");
  if (starts_with_ignoring_case(text, ":include:")) return std::unexpected(":include: is not yet supported");
  if (starts_with_ignoring_case(text, "error:")) return std::unexpected("error: is not yet supported");
  AliasTarget target;
  if (text.contains('@')) {
    auto address = mail::parse_address(text);
    if (!address)
      return std::unexpected("it isn't an address: " + std::string(mail::describe(address.error())));
    target.address = std::move(*address);
    return target;
  }
  target.is_final = text.starts_with('\\');
  if (target.is_final) text.remove_prefix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (text.empty()) return std::unexpected("it is empty");
  if (text.size() > limits::login) return std::unexpected("it is too long");
  if (text.find_first_of(" \t\"") != std::string_view::npos) return std::unexpected("it isn't one name");
  target.name = text;
  return target;
}

AliasMap AliasMap::parse(const Lines& lines, std::vector<LineError>& errors) {
  AliasMap map;
  map.entries_.reserve(lines.lines.size());
  Entry* continued = nullptr;  // the entry whose list of targets ended in a comma, or hasn't begun
  for (const Line& line : lines.lines) {
    Pair pair;
    Entry* entry = nullptr;
    if (continued != nullptr && line.is_indented && !line.value) {
      entry = continued;
      pair.value = without_comment(line.text);
    } else {
      pair = split_pair(line, KeyEnds::at_space_or_colon);
      continued = nullptr;
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
    for (const std::string_view text : split_targets(pair.value)) {
      if (text.empty()) continue;
      auto target = parse_alias_target(text);
      if (target)
        entry->targets.push_back(std::move(*target));
      else
        errors.push_back(
            {line.number, "target \"" + std::string(text) + "\": " + target.error() + "; it is ignored"});
    }
    continued = pair.value.empty() || pair.value.ends_with(',') ? entry : nullptr;
  }
  std::unordered_set<std::uint32_t> explained;
  for (const LineError& error : errors) explained.insert(error.line);
  for (const auto& [key, entry] : map.entries_) {
    if (entry.targets.empty() && !explained.contains(entry.line)) {
      errors.push_back({entry.line, "an alias without a target: the line is ignored"});
    }
  }
  std::ranges::sort(errors, {}, [](const LineError& error) { return std::tie(error.line, error.message); });
  std::erase_if(map.entries_, [](const auto& one) { return one.second.targets.empty(); });
  return map;
}

const std::vector<AliasTarget>* AliasMap::find(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.targets;
}

const std::vector<AliasTarget>* AliasMap::find_name(std::string_view name) const {
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
