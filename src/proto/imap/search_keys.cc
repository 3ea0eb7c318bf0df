// Keys of SEARCH, by a table: RFC 3501 §6.4.4. A new key is a row.
#include <array>
#include <cstdint>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {
namespace {

using search::Comparison;
using search::Is;

// Reads keys, counting them and how deep they stand in each other: in parentheses, or in an OR that can't be
// merged with the one around it. Plain chains of OR and of NOT are read in a loop.
class Reader {
 public:
  explicit Reader(Arguments& arguments) : arguments_(arguments) {}

  Parsed<SearchProgram> program() {
    std::vector<SearchKey> keys;
    do {
      TRY(arguments_.space());
      keys.push_back(TRY(key()));
    } while (!arguments_.at_end());
    return SearchProgram{joined(std::move(keys)), uses_modseq_};
  }

  Parsed<SearchKey> key();
  Arguments& arguments() { return arguments_; }
  void note_modseq() { uses_modseq_ = true; }

 private:
  static SearchKey joined(std::vector<SearchKey> keys) {
    if (keys.size() == 1) return std::move(keys[0]);
    return SearchKey{search::And{std::move(keys)}};
  }

  Parsed<SearchKey> in_parentheses();
  Parsed<SearchKey> either();
  Parsed<SearchKey> simple();

  Arguments& arguments_;
  std::size_t depth_ = 0;
  std::size_t count_ = 0;
  bool uses_modseq_ = false;
};

using KeyDecoder = Parsed<SearchKey> (*)(Reader& reader);

Parsed<std::string> astring_argument(Reader& reader) {
  TRY(reader.arguments().space());
  return reader.arguments().astring();
}

template <SystemFlags flag, Is is>
Parsed<SearchKey> flag_key(Reader&) {
  return SearchKey{search::HasFlag{flag, is}};
}

Parsed<SearchKey> all_key(Reader&) { return SearchKey{search::All{}}; }

Parsed<SearchKey> new_key(Reader&) {
  search::And both;
  both.keys.push_back({search::HasFlag{system_flags::recent, Is::set}});
  both.keys.push_back({search::HasFlag{system_flags::seen, Is::unset}});
  return SearchKey{std::move(both)};
}

template <Is is>
Parsed<SearchKey> keyword_key(Reader& reader) {
  TRY(reader.arguments().space());
  return SearchKey{search::HasKeyword{TRY(reader.arguments().keyword()), is}};
}

enum class Field : std::uint8_t { from, to, cc, bcc, subject };

template <Field field>
Parsed<SearchKey> field_key(Reader& reader) {
  constexpr std::array<std::string_view, 5> names = {"from", "to", "cc", "bcc", "subject"};
  constexpr auto name = names[static_cast<std::size_t>(field)];
  return SearchKey{search::HeaderContains{std::string(name), TRY(astring_argument(reader))}};
}

Parsed<SearchKey> header_key(Reader& reader) {
  auto field = to_ascii_lower(TRY(astring_argument(reader)));
  return SearchKey{search::HeaderContains{std::move(field), TRY(astring_argument(reader))}};
}

template <class T>
Parsed<SearchKey> text_key(Reader& reader) {
  return SearchKey{T{TRY(astring_argument(reader))}};
}

template <class T, Comparison comparison>
Parsed<SearchKey> date_key(Reader& reader) {
  TRY(reader.arguments().space());
  return SearchKey{T{comparison, TRY(reader.arguments().date())}};
}

template <class T>
Parsed<SearchKey> size_key(Reader& reader) {
  TRY(reader.arguments().space());
  return SearchKey{T{TRY(reader.arguments().number64())}};
}

Parsed<SearchKey> uid_key(Reader& reader) {
  TRY(reader.arguments().space());
  return SearchKey{search::InUids{TRY(reader.arguments().sequence_set())}};
}

// RFC 7162 §3.1.5: MODSEQ ["/flags/\\seen" all] 620162338.
Parsed<SearchKey> modseq_key(Reader& reader) {
  Arguments& arguments = reader.arguments();
  reader.note_modseq();
  TRY(arguments.space());
  if (arguments.next_is('"')) {
    if (!TRY(arguments.string()).starts_with("/flags/")) return std::unexpected(SyntaxError::bad_search_key);
    TRY(arguments.space());
    const bool is_type =
        arguments.take_word("all") || arguments.take_word("priv") || arguments.take_word("shared");
    if (!is_type) return std::unexpected(SyntaxError::bad_search_key);
    TRY(arguments.space());
  }
  return SearchKey{search::ModSeq{TRY(arguments.number64())}};
}

struct Row {
  std::string_view name;
  KeyDecoder decode;
};

constexpr std::array<Row, 34> rows = {{
    {"ALL", &all_key},
    {"ANSWERED", &flag_key<system_flags::answered, Is::set>},
    {"BCC", &field_key<Field::bcc>},
    {"BEFORE", &date_key<search::InternalDateIs, Comparison::before>},
    {"BODY", &text_key<search::BodyContains>},
    {"CC", &field_key<Field::cc>},
    {"DELETED", &flag_key<system_flags::deleted, Is::set>},
    {"DRAFT", &flag_key<system_flags::draft, Is::set>},
    {"FLAGGED", &flag_key<system_flags::flagged, Is::set>},
    {"FROM", &field_key<Field::from>},
    {"HEADER", &header_key},
    {"KEYWORD", &keyword_key<Is::set>},
    {"LARGER", &size_key<search::Larger>},
    {"MODSEQ", &modseq_key},
    {"NEW", &new_key},
    {"OLD", &flag_key<system_flags::recent, Is::unset>},
    {"ON", &date_key<search::InternalDateIs, Comparison::on>},
    {"RECENT", &flag_key<system_flags::recent, Is::set>},
    {"SEEN", &flag_key<system_flags::seen, Is::set>},
    {"SENTBEFORE", &date_key<search::SentDateIs, Comparison::before>},
    {"SENTON", &date_key<search::SentDateIs, Comparison::on>},
    {"SENTSINCE", &date_key<search::SentDateIs, Comparison::since>},
    {"SINCE", &date_key<search::InternalDateIs, Comparison::since>},
    {"SMALLER", &size_key<search::Smaller>},
    {"SUBJECT", &field_key<Field::subject>},
    {"TEXT", &text_key<search::TextContains>},
    {"TO", &field_key<Field::to>},
    {"UID", &uid_key},
    {"UNANSWERED", &flag_key<system_flags::answered, Is::unset>},
    {"UNDELETED", &flag_key<system_flags::deleted, Is::unset>},
    {"UNDRAFT", &flag_key<system_flags::draft, Is::unset>},
    {"UNFLAGGED", &flag_key<system_flags::flagged, Is::unset>},
    {"UNKEYWORD", &keyword_key<Is::unset>},
    {"UNSEEN", &flag_key<system_flags::seen, Is::unset>},
}};

Parsed<SearchKey> Reader::key() {
  if (++count_ > limits::search_keys) return std::unexpected(SyntaxError::too_many_items);
  bool is_negated = false;
  while (arguments_.take_word("NOT")) {
    TRY(arguments_.space());
    is_negated = !is_negated;
  }
  auto key = arguments_.next_is('(') ? in_parentheses() : arguments_.take_word("OR") ? either() : simple();
  if (!key || !is_negated) return key;
  search::Not negated;
  negated.key.push_back(*std::move(key));
  return SearchKey{std::move(negated)};
}

Parsed<SearchKey> Reader::in_parentheses() {
  if (++depth_ > limits::search_depth) return std::unexpected(SyntaxError::search_too_deep);
  TRY(arguments_.open());
  std::vector<SearchKey> keys;
  do {
    keys.push_back(TRY(key()));
  } while (arguments_.take(' '));
  TRY(arguments_.close());
  --depth_;
  return joined(std::move(keys));
}

// Behind an OR come two keys, and every further OR in their place only makes it one more.
Parsed<SearchKey> Reader::either() {
  if (++depth_ > limits::search_depth) return std::unexpected(SyntaxError::search_too_deep);
  search::Or any;
  for (std::size_t wanted = 2; wanted > 0;) {
    TRY(arguments_.space());
    if (arguments_.take_word("OR")) {
      ++wanted;
      continue;
    }
    any.keys.push_back(TRY(key()));
    --wanted;
  }
  --depth_;
  return SearchKey{std::move(any)};
}

Parsed<SearchKey> Reader::simple() {
  const bool is_set =
      arguments_.next_is('*') || (!arguments_.rest().empty() && is_ascii_digit(arguments_.rest()[0]));
  if (is_set) return SearchKey{search::InSequence{TRY(arguments_.sequence_set())}};
  const auto name = arguments_.letters();
  for (const Row& row : rows) {
    if (equals_ignoring_case(row.name, name)) return row.decode(*this);
  }
  return std::unexpected(SyntaxError::bad_search_key);
}

}  // namespace

Parsed<SearchProgram> decode_search_program(Arguments& arguments) { return Reader(arguments).program(); }

}  // namespace pillarbox::imap
