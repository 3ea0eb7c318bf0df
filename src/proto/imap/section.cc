// `section`, RFC 3501 §9: what stands between BODY's brackets, and the <partial> behind them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {
namespace {

constexpr auto bad_section = std::unexpected(SyntaxError::bad_section);

struct TextName {
  std::string_view name;
  SectionText text;
};
constexpr std::array<TextName, 5> text_names = {{
    {"HEADER", SectionText::header},
    {"HEADER.FIELDS", SectionText::header_fields},
    {"HEADER.FIELDS.NOT", SectionText::header_fields_not},
    {"TEXT", SectionText::text},
    {"MIME", SectionText::mime},
}};

// `1.2.3`, leaving what follows the last number.
Parsed<std::vector<std::uint32_t>> take_part(std::string_view& spec) {
  std::vector<std::uint32_t> part;
  while (!spec.empty() && is_ascii_digit(spec[0])) {
    if (part.size() == limits::section_depth) return std::unexpected(SyntaxError::too_many_items);
    const auto digits = spec.substr(0, spec.find('.'));
    const auto number = parse_decimal(digits);
    if (!number || *number == 0 || *number > UINT32_MAX) return bad_section;
    part.push_back(static_cast<std::uint32_t>(*number));
    spec.remove_prefix(digits.size());
    if (spec.empty()) break;
    spec.remove_prefix(1);
    if (spec.empty()) return bad_section;  // "1."
  }
  return part;
}

Parsed<std::vector<std::string>> take_fields(Arguments& arguments) {
  std::vector<std::string> fields;
  TRY(arguments.space());
  TRY(arguments.open());
  do {
    fields.push_back(TRY(arguments.astring()));
    if (fields.size() > limits::section_fields) return std::unexpected(SyntaxError::too_many_items);
  } while (arguments.take(' '));
  TRY(arguments.close());
  return fields;
}

Parsed<Partial> take_partial(Arguments& arguments) {
  Partial partial;
  partial.offset = TRY(arguments.number());
  if (!arguments.take('.')) return bad_section;
  partial.count = TRY(arguments.nz_number());
  if (!arguments.take('>')) return bad_section;
  return partial;
}

}  // namespace

Parsed<BodySection> decode_section(Arguments& arguments) {
  BodySection section;
  if (!arguments.take('[')) return bad_section;
  std::string_view spec = arguments.letters();
  section.part = TRY(take_part(spec));
  if (!spec.empty()) {
    const auto is_named = [&](const TextName& row) { return equals_ignoring_case(row.name, spec); };
    const auto row = std::ranges::find_if(text_names, is_named);
    if (row == text_names.end()) return bad_section;
    section.text = row->text;
  }
  if (section.text == SectionText::mime && section.part.empty()) return bad_section;
  if (section.text == SectionText::header_fields || section.text == SectionText::header_fields_not) {
    section.fields = TRY(take_fields(arguments));
  }
  if (!arguments.take(']')) return bad_section;
  if (arguments.take('<')) section.partial = TRY(take_partial(arguments));
  return section;
}

}  // namespace pillarbox::imap
