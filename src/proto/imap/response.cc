#include "proto/imap/response.h"

#include <array>

#include "base/try.h"
#include "proto/imap/strings.h"

namespace pillarbox::imap {
namespace {

constexpr std::array<std::string_view, 5> condition_names = {"OK", "NO", "BAD", "PREAUTH", "BYE"};

// Words in a row, with a space before each but the first.
class SpaceSeparated {
 public:
  explicit SpaceSeparated(Output& out) : out_(out) {}
  void add(std::string_view word) {
    if (!is_first_) out_.put(' ');
    is_first_ = false;
    out_.put(word);
  }

 private:
  Output& out_;
  bool is_first_ = true;
};

void write_words(Output& out, std::string_view response, std::span<const std::string_view> words) {
  out.put(response);
  for (const std::string_view word : words) {
    out.put(' ');
    out.put(word);
  }
  out.put_line_end();
}

void write_number_then(Output& out, std::uint32_t number, std::string_view rest) {
  out.put("* ");
  out.put_number(number);
  out.put(rest);
}

void write_separator(Output& out, char separator) {
  out.put('"');
  if (separator == '"' || separator == '\\') out.put('\\');
  out.put(separator);
  out.put('"');
}

void write_attributes(Output& out, const ListAttributes& attributes) {
  SpaceSeparated words(out);
  if (attributes.non_existent) words.add("\\NonExistent");
  if (attributes.no_select || attributes.non_existent) words.add("\\Noselect");
  if (attributes.no_inferiors) words.add("\\NoInferiors");
  if (attributes.has_children) words.add("\\HasChildren");
  if (attributes.has_no_children) words.add("\\HasNoChildren");
  if (attributes.subscribed) words.add("\\Subscribed");
  for (const SpecialUseName& row : special_use_names) {
    if (attributes.uses.has(row.use)) words.add(row.name);
  }
}

}  // namespace

void write_status(Output& out, std::string_view tag, Condition condition, std::string_view code,
                  std::string_view text) {
  out.put(tag);
  out.put(' ');
  out.put(condition_names[static_cast<std::size_t>(condition)]);
  out.put(' ');
  if (!code.empty()) {
    out.put('[');
    out.put(code);
    out.put("] ");
  }
  write_human_text(out, text);
  out.put_line_end();
}

void write_continuation(Output& out, std::string_view text) {
  out.put("+ ");
  out.put(text);
  out.put_line_end();
}

void write_capability(Output& out, std::span<const std::string_view> capabilities) {
  write_words(out, "* CAPABILITY", capabilities);
}

void write_enabled(Output& out, std::span<const std::string_view> capabilities) {
  write_words(out, "* ENABLED", capabilities);
}

void write_id(Output& out, std::span<const std::pair<std::string_view, std::string_view>> fields) {
  out.put("* ID ");
  if (fields.empty()) out.put("NIL");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out.put(i == 0 ? '(' : ' ');
    write_string(out, fields[i].first);
    out.put(' ');
    write_string(out, fields[i].second);
  }
  if (!fields.empty()) out.put(')');
  out.put_line_end();
}

void write_personal_namespace(Output& out, char separator) {
  out.put("* NAMESPACE ((\"\" ");
  write_separator(out, separator);
  out.put(")) NIL NIL\r\n");
}

void write_list(Output& out, ListKind kind, const ListAttributes& attributes, char separator,
                std::string_view mailbox, ChildInfo child_info) {
  out.put(kind == ListKind::list ? "* LIST (" : "* LSUB (");
  write_attributes(out, attributes);
  out.put(") ");
  write_separator(out, separator);
  out.put(' ');
  write_mailbox(out, mailbox);
  if (child_info == ChildInfo::subscribed) out.put(" (CHILDINFO (\"SUBSCRIBED\"))");
  out.put_line_end();
}

void write_mailbox_status(Output& out, std::string_view mailbox, StatusItems items,
                          const StatusValues& values) {
  out.put("* STATUS ");
  write_mailbox(out, mailbox);
  out.put(" (");
  SpaceSeparated words(out);
  const auto add = [&](StatusItems item, std::string_view name, std::uint64_t value) {
    if (!items.has(item)) return;
    words.add(name);
    out.put(' ');
    out.put_number(value);
  };
  add(status_items::messages, "MESSAGES", values.messages);
  add(status_items::recent, "RECENT", values.recent);
  add(status_items::uid_next, "UIDNEXT", values.uid_next);
  add(status_items::uid_validity, "UIDVALIDITY", values.uid_validity);
  add(status_items::unseen, "UNSEEN", values.unseen);
  add(status_items::highest_modseq, "HIGHESTMODSEQ", values.highest_modseq);
  add(status_items::size, "SIZE", values.size);
  out.put(")\r\n");
}

void write_exists(Output& out, std::uint32_t messages) { write_number_then(out, messages, " EXISTS\r\n"); }
void write_recent(Output& out, std::uint32_t messages) { write_number_then(out, messages, " RECENT\r\n"); }
void write_expunge(Output& out, std::uint32_t sequence_number) {
  write_number_then(out, sequence_number, " EXPUNGE\r\n");
}

void write_flags(Output& out, std::span<const std::string> keywords) {
  out.put("* FLAGS (");
  SpaceSeparated words(out);
  for (const SystemFlagName& row : system_flag_names) {
    if (row.flag != system_flags::recent) words.add(row.name);
  }
  for (const std::string& keyword : keywords) words.add(keyword);
  out.put(")\r\n");
}

void write_search(Output& out, std::span<const std::uint32_t> found, std::optional<std::uint64_t> modseq) {
  begin_search(out);
  put_search(out, found);
  end_search(out, found.empty() ? std::nullopt : modseq);
}

void begin_search(Output& out) { out.put("* SEARCH"); }

void put_search(Output& out, std::span<const std::uint32_t> found) {
  for (const std::uint32_t number : found) {
    char* at = out.reserve(1 + max_digits);
    *at = ' ';
    out.advance_to(write_digits(at + 1, number));
  }
}

void end_search(Output& out, std::optional<std::uint64_t> modseq) {
  if (modseq) {
    out.put(" (MODSEQ ");
    out.put_number(*modseq);
    out.put(')');
  }
  out.put_line_end();
}

void write_esearch(Output& out, std::string_view tag, Numbers numbers, const SearchResult& result) {
  out.put("* ESEARCH (TAG ");
  write_string(out, tag);
  out.put(')');
  if (numbers == Numbers::uid) out.put(" UID");
  const auto add = [&](std::string_view name, std::optional<std::uint64_t> value) {
    if (!value) return;
    out.put(name);
    out.put_number(*value);
  };
  add(" MIN ", result.min);
  add(" MAX ", result.max);
  if (result.all != nullptr && !result.all->empty()) {
    out.put(" ALL ");
    write_number_set(out, *result.all);
  }
  add(" COUNT ", result.count);
  add(" MODSEQ ", result.modseq);
  out.put_line_end();
}

void write_number_set(Output& out, const NumberSet& numbers) {
  ASSERT(!numbers.empty());
  bool is_first = true;
  for (const NumberRange range : numbers.ranges()) {
    if (!is_first) out.put(',');
    is_first = false;
    out.put_number(range.first);
    if (range.last == range.first) continue;
    out.put(':');
    out.put_number(range.last);
  }
}

}  // namespace pillarbox::imap
