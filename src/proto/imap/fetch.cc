// FETCH: RFC 3501 §6.4.5, RFC 7162 §3.1.4.
#include <array>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {
namespace {

struct PlainItem {
  std::string_view name;
  FetchItems items;
};

constexpr FetchItems fast = fetch_items::flags | fetch_items::internal_date | fetch_items::size;

// They stand alone, never in a list.
constexpr std::array<PlainItem, 3> macros = {{
    {"FAST", fast},
    {"ALL", fast | fetch_items::envelope},
    {"FULL", fast | fetch_items::envelope | fetch_items::body},
}};

constexpr std::array<PlainItem, 8> plain_items = {{
    {"UID", fetch_items::uid},
    {"FLAGS", fetch_items::flags},
    {"INTERNALDATE", fetch_items::internal_date},
    {"RFC822.SIZE", fetch_items::size},
    {"MODSEQ", fetch_items::modseq},
    {"ENVELOPE", fetch_items::envelope},
    {"BODYSTRUCTURE", fetch_items::body_structure},
    {"BODY", fetch_items::body},
}};

struct OldSection {
  std::string_view name;
  BodySection::Name as;
  SectionText text;
  SetsSeen sets_seen;
};

constexpr std::array<OldSection, 3> old_sections = {{
    {"RFC822", BodySection::Name::rfc822, SectionText::all, SetsSeen::yes},
    {"RFC822.HEADER", BodySection::Name::rfc822_header, SectionText::header, SetsSeen::no},
    {"RFC822.TEXT", BodySection::Name::rfc822_text, SectionText::text, SetsSeen::yes},
}};

Parsed<void> take_section(Arguments& arguments, std::string_view name, Fetch& fetch) {
  const bool is_peek = equals_ignoring_case(name, "BODY.PEEK");
  if (!is_peek && !equals_ignoring_case(name, "BODY")) return std::unexpected(SyntaxError::bad_fetch_item);
  fetch.sections.push_back(TRY(decode_section(arguments)));
  fetch.sections.back().sets_seen = is_peek ? SetsSeen::no : SetsSeen::yes;
  return {};
}

Parsed<void> take_item(Arguments& arguments, Fetch& fetch) {
  if (fetch.sections.size() == limits::fetch_sections) return std::unexpected(SyntaxError::too_many_items);
  const auto name = arguments.letters();
  if (arguments.next_is('[')) return take_section(arguments, name, fetch);
  for (const PlainItem& row : plain_items) {
    if (!equals_ignoring_case(row.name, name)) continue;
    fetch.items |= row.items;
    return {};
  }
  for (const OldSection& row : old_sections) {
    if (!equals_ignoring_case(row.name, name)) continue;
    fetch.sections.push_back({.name = row.as, .text = row.text, .sets_seen = row.sets_seen});
    return {};
  }
  return std::unexpected(SyntaxError::bad_fetch_item);
}

Parsed<void> take_items(Arguments& arguments, Fetch& fetch) {
  for (const PlainItem& macro : macros) {
    if (!arguments.take_word(macro.name)) continue;
    fetch.items |= macro.items;
    return {};
  }
  if (!arguments.take('(')) return take_item(arguments, fetch);
  do {
    TRY(take_item(arguments, fetch));
  } while (arguments.take(' '));
  return arguments.close();
}

Parsed<void> take_modifiers(Arguments& arguments, Fetch& fetch) {
  TRY(arguments.open());
  do {
    if (!arguments.take_word("CHANGEDSINCE")) return std::unexpected(SyntaxError::bad_modifier);
    TRY(arguments.space());
    fetch.changed_since = TRY(arguments.number64());
    fetch.items |= fetch_items::modseq;  // RFC 7162 §3.1.4.1: as if it had been asked for
  } while (arguments.take(' '));
  return arguments.close();
}

}  // namespace

Parsed<Command> decode_fetch(Arguments& arguments, Numbers numbers) {
  Fetch fetch{.numbers = numbers};
  if (numbers == Numbers::uid) fetch.items = fetch_items::uid;  // RFC 3501 §6.4.8: always told
  TRY(arguments.space());
  fetch.messages = TRY(arguments.sequence_set());
  TRY(arguments.space());
  TRY(take_items(arguments, fetch));
  if (arguments.at_end()) return fetch;
  TRY(arguments.space());
  TRY(take_modifiers(arguments, fetch));
  return fetch;
}

}  // namespace pillarbox::imap
