#include "tables/passwd_line.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "base/try.h"
#include "tables/keys.h"
#include "tables/limits.h"

namespace pillarbox::tables {
namespace {

std::expected<std::optional<std::uint32_t>, std::string> parse_id(std::string_view text,
                                                                  std::string_view what) {
  if (text.empty()) return std::nullopt;
  const auto number = parse_decimal(text);
  if (!number || *number >= std::numeric_limits<std::uint32_t>::max()) {
    return std::unexpected(std::string(what) + " isn't a number");
  }
  return static_cast<std::uint32_t>(*number);
}

// uid:gid:home, as userinfo tables have it.
bool is_userinfo(std::string_view value) {
  const auto first = value.find(':');
  if (first == std::string_view::npos || !parse_decimal(value.substr(0, first))) return false;
  const auto second = value.find(':', first + 1);
  return second != std::string_view::npos && parse_decimal(value.substr(first + 1, second - first - 1));
}

// user:hash:uid:gid:gecos:home:shell:extra
std::expected<PasswdEntry, std::string> parse_fields(std::string_view text) {
  std::vector<std::string_view> fields = split(text, ':');
  fields.resize(std::max<std::size_t>(fields.size(), 8));
  PasswdEntry entry;
  entry.login = fields[0];
  entry.hash = fields[1];
  entry.uid = TRY(parse_id(fields[2], "the uid"));
  entry.gid = TRY(parse_id(fields[3], "the gid"));
  entry.home = fields[5];
  if (!fields[7].empty() || fields.size() > 8)
    entry.extra = text.substr(static_cast<std::size_t>(fields[7].data() - text.data()));
  return entry;
}

// What stands behind a name and a space.
std::expected<PasswdEntry, std::string> parse_value(std::string_view key, std::string_view value) {
  PasswdEntry entry;
  entry.login = key;
  if (is_userinfo(value)) {
    const auto fields = split(value, ':');
    entry.uid = TRY(parse_id(fields[0], "the uid"));
    entry.gid = TRY(parse_id(fields[1], "the gid"));
    entry.home = fields[2];
    return entry;
  }
  const auto colon = value.find(':');
  const bool has_scheme = value.starts_with('{') || value.starts_with('$');
  if (!has_scheme && colon != std::string_view::npos) {
    entry.label = key;
    entry.login = value.substr(0, colon);
    value.remove_prefix(colon + 1);
  }
  entry.hash = value;
  return entry;
}

std::expected<PasswdEntry, std::string> checked(PasswdEntry entry) {
  if (entry.login.empty()) return std::unexpected("a line without a user's name");
  if (entry.login.size() > limits::login) return std::unexpected("the user's name is too long");
  if (entry.hash.size() > limits::hash) return std::unexpected("the password's hash is too long");
  const bool is_text = is_utf8(entry.login) && escape_controls(entry.login) == entry.login;
  if (!is_text || entry.login.contains(' '))
    return std::unexpected("the user's name has characters that no name has");
  return entry;
}

std::expected<PasswdEntry, std::string> parse_entry(const Line& line) {
  if (line.value && !line.value->empty()) return checked(TRY(parse_value(line.text, *line.value)));
  return parse_passwd_line(line.text);
}

}  // namespace

std::string login_key(std::string_view login) { return folded(login); }

std::expected<PasswdEntry, std::string> parse_passwd_line(std::string_view line) {
  const std::string_view text = trim(line);
  const auto end = text.find_first_of(" \t:");
  if (end == std::string_view::npos) return checked({.login = std::string(text)});
  const bool is_colon = text[end] == ':';
  const bool is_pair = !is_colon || end + 1 == text.size() || text[end + 1] == ' ' || text[end + 1] == '\t';
  if (!is_pair) return checked(TRY(parse_fields(text)));
  std::string_view value = trim(text.substr(end + 1));
  if (!is_colon && value.starts_with("=>"))
    value = trim(value.substr(2));
  else if (!is_colon && value.starts_with(": "))
    value = trim(value.substr(1));
  return checked(TRY(parse_value(text.substr(0, end), value)));
}

PasswdMap PasswdMap::parse(const Lines& lines, std::vector<LineError>& errors) {
  PasswdMap map;
  map.entries_.reserve(lines.lines.size());
  map.by_login_.reserve(lines.lines.size());
  for (const Line& line : lines.lines) {
    auto entry = parse_entry(line);
    if (!entry) {
      errors.push_back({line.number, entry.error() + ": the line is ignored"});
      continue;
    }
    const auto index = static_cast<std::uint32_t>(map.entries_.size());
    const auto [first, is_new] = map.by_login_.try_emplace(login_key(entry->login), index);
    const bool is_new_label = !entry->label.empty() && map.by_label_.try_emplace(entry->label, index).second;
    // One login may stand behind several labels, with another password for each relay.
    if (!is_new && !is_new_label) {
      errors.push_back({line.number, "user " + entry->login + " stands in line " +
                                         std::to_string(map.entries_[first->second].line) +
                                         " already: this line is ignored"});
      continue;
    }
    entry->line = line.number;
    map.entries_.push_back(std::move(*entry));
  }
  return map;
}

const PasswdEntry* PasswdMap::find(std::string_view login) const {
  const auto found = by_login_.find(login_key(login));
  return found == by_login_.end() ? nullptr : &entries_[found->second];
}

const PasswdEntry* PasswdMap::find_label(std::string_view label) const {
  const auto found = by_label_.find(label);
  if (found != by_label_.end()) return &entries_[found->second];
  return find(label);
}

}  // namespace pillarbox::tables
