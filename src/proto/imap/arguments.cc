#include "proto/imap/arguments.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/characters.h"
#include "proto/imap/limits.h"
#include "proto/imap/literal.h"
#include "proto/imap/modified_utf7.h"

namespace pillarbox::imap {
namespace {

std::unexpected<SyntaxError> error(SyntaxError what) { return std::unexpected(what); }

struct StatusItemName {
  std::string_view name;
  StatusItems item;
};
constexpr std::array<StatusItemName, 7> status_item_names = {{
    {"MESSAGES", status_items::messages},
    {"RECENT", status_items::recent},
    {"UIDNEXT", status_items::uid_next},
    {"UIDVALIDITY", status_items::uid_validity},
    {"UNSEEN", status_items::unseen},
    {"HIGHESTMODSEQ", status_items::highest_modseq},
    {"SIZE", status_items::size},
}};

}  // namespace

template <class Belongs>
std::string_view Arguments::take_while(Belongs belongs) {
  std::size_t length = 0;
  while (length < rest_.size() && belongs(rest_[length])) ++length;
  const auto taken = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return taken;
}

bool Arguments::take(char c) {
  if (!next_is(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool Arguments::take_word(std::string_view word) {
  if (!starts_with_ignoring_case(rest_, word)) return false;
  if (rest_.size() > word.size() && is_atom_char(rest_[word.size()])) return false;
  rest_.remove_prefix(word.size());
  return true;
}

bool Arguments::take_space_and_word(std::string_view word) {
  Arguments ahead = *this;
  if (!ahead.take(' ') || !ahead.take_word(word)) return false;
  *this = ahead;
  return true;
}

Parsed<void> Arguments::space() {
  if (take(' ')) return {};
  return error(rest_.empty() ? SyntaxError::missing_argument : SyntaxError::expected_space);
}

Parsed<void> Arguments::open() {
  if (!take('(')) return error(SyntaxError::expected_parenthesis);
  return {};
}

Parsed<void> Arguments::close() {
  if (!take(')')) return error(SyntaxError::expected_parenthesis);
  return {};
}

Parsed<std::string_view> Arguments::atom() {
  const auto taken = take_while(is_atom_char);
  if (taken.empty()) return error(SyntaxError::expected_atom);
  return taken;
}

std::string_view Arguments::letters() {
  return take_while([](char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; });
}

Parsed<std::string> Arguments::quoted() {
  rest_.remove_prefix(1);
  std::string text;
  for (;;) {
    const auto plain =
        take_while([](char c) { return c != '"' && c != '\\' && c != '\r' && c != '\n' && c != '\0'; });
    text += plain;
    if (take('"')) return text;
    if (next_is('\0')) return error(SyntaxError::nul_in_string);
    if (!take('\\') || (!next_is('"') && !next_is('\\'))) return error(SyntaxError::expected_string);
    text += rest_[0];
    rest_.remove_prefix(1);
  }
}

// CommandReader made sure that the bytes are there if the announcement ends a line; anything else isn't a
// literal.
Parsed<std::string> Arguments::literal() {
  const auto line_end = rest_.find('\n');
  if (line_end == std::string_view::npos) return error(SyntaxError::expected_string);
  std::string_view line = rest_.substr(0, line_end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto announced = announcement_at_end(line);
  const std::size_t left = rest_.size() - line_end - 1;
  if (!announced || announced->length != line.size() || announced->bytes > left) {
    return error(SyntaxError::expected_string);
  }
  const auto bytes = rest_.substr(line_end + 1, announced->bytes);
  if (bytes.find('\0') != std::string_view::npos) return error(SyntaxError::nul_in_string);
  rest_.remove_prefix(line_end + 1 + bytes.size());
  return std::string(bytes);
}

Parsed<std::string> Arguments::string() {
  if (next_is('"')) return quoted();
  if (next_is('{')) return literal();
  return error(rest_.empty() ? SyntaxError::missing_argument : SyntaxError::expected_string);
}

Parsed<std::string> Arguments::astring() {
  const auto bare = take_while(is_astring_char);
  if (!bare.empty()) return std::string(bare);
  return string();
}

Parsed<std::optional<std::string>> Arguments::nstring() {
  if (take_word("NIL")) return std::nullopt;
  return TRY(astring());
}

Parsed<std::string> Arguments::mailbox() {
  auto name = decode_modified_utf7(TRY(astring()));
  if (!name || name->size() > limits::mailbox_name_bytes) return error(SyntaxError::bad_mailbox_name);
  if (equals_ignoring_case(*name, "INBOX")) return "INBOX";
  return *std::move(name);
}

Parsed<std::string> Arguments::list_mailbox() {
  const auto bare = take_while(is_list_char);
  auto pattern = decode_modified_utf7(bare.empty() ? TRY(string()) : std::string(bare));
  if (!pattern || pattern->size() > limits::mailbox_name_bytes) return error(SyntaxError::bad_mailbox_name);
  return *std::move(pattern);
}

Parsed<std::uint32_t> Arguments::number() {
  const auto value = parse_decimal(take_while(is_ascii_digit));
  if (!value || *value > UINT32_MAX) return error(SyntaxError::bad_number);
  return static_cast<std::uint32_t>(*value);
}

Parsed<std::uint32_t> Arguments::nz_number() {
  const auto value = TRY(number());
  if (value == 0) return error(SyntaxError::bad_number);
  return value;
}

Parsed<std::uint64_t> Arguments::number64() {
  const auto value = parse_decimal(take_while(is_ascii_digit));
  if (!value || *value > INT64_MAX) return error(SyntaxError::bad_number);
  return *value;
}

Parsed<SequenceSet> Arguments::sequence_set() {
  const auto text = take_while([](char c) { return is_ascii_digit(c) || c == ':' || c == ',' || c == '*'; });
  if (text.empty())
    return error(rest_.empty() ? SyntaxError::missing_argument : SyntaxError::bad_sequence_set);
  return SequenceSet::parse(text);
}

Parsed<Date> Arguments::date() {
  const bool is_quoted = take('"');
  const auto parsed = parse_date(letters());
  if (!parsed || (is_quoted && !take('"'))) return error(SyntaxError::bad_date);
  return *parsed;
}

Parsed<DateTime> Arguments::date_time() {
  if (!next_is('"')) return error(SyntaxError::bad_date);
  const auto parsed = parse_date_time(TRY(quoted()));
  if (!parsed) return error(SyntaxError::bad_date);
  return *parsed;
}

Parsed<std::string> Arguments::keyword() {
  const auto name = TRY(atom());
  if (name.size() > limits::keyword_bytes) return error(SyntaxError::bad_flag);
  return std::string(name);
}

Parsed<void> Arguments::flag(FlagList& list) {
  if (next_is('\\')) {
    const auto name = take_while([](char c) { return c == '\\' || is_atom_char(c); });
    const auto flag = system_flag(name);
    if (!flag) return error(SyntaxError::bad_flag);
    list.system |= *flag;
    return {};
  }
  const auto name = keyword();
  if (!name) return error(SyntaxError::bad_flag);
  add_keyword(list, *name);
  if (list.keywords.size() > limits::keywords_in_list) return error(SyntaxError::too_many_items);
  return {};
}

Parsed<FlagList> Arguments::flag_list() {
  FlagList list;
  TRY(open());
  if (take(')')) return list;
  do {
    TRY(flag(list));
  } while (take(' '));
  TRY(close());
  return list;
}

Parsed<StatusItems> Arguments::status_items() {
  StatusItems items;
  TRY(open());
  do {
    const auto name = letters();
    const auto is_named = [&](const StatusItemName& row) { return equals_ignoring_case(row.name, name); };
    const auto row = std::ranges::find_if(status_item_names, is_named);
    if (row == status_item_names.end()) return error(SyntaxError::bad_status_item);
    items |= row->item;
  } while (take(' '));
  TRY(close());
  return items;
}

}  // namespace pillarbox::imap
