#include "imapd/section.h"

#include <algorithm>

#include "base/text.h"
#include "mail/header.h"

namespace pillarbox::imapd {

using imap::SectionText;
using mail::Part;

Octets locate_in_message(const imap::BodySection& section, std::uint64_t message_bytes,
                         std::uint64_t header_bytes) {
  header_bytes = std::min(header_bytes, message_bytes);
  switch (section.text) {
    case SectionText::all: return {0, message_bytes};
    case SectionText::text: return {header_bytes, message_bytes};
    case SectionText::header:
    case SectionText::header_fields:
    case SectionText::header_fields_not:
    case SectionText::mime: break;
  }
  return {0, header_bytes};
}

std::optional<Octets> locate_in_part(const imap::BodySection& section, const mail::Structure& structure) {
  const mail::PartIndex index = structure.find(section.part);
  if (index == mail::none) return std::nullopt;
  const Part& part = structure.parts[index];
  if (section.text == SectionText::all) return Octets{part.body_start, part.body_end};
  if (section.text == SectionText::mime) return Octets{part.header_start, part.body_start};
  if (part.kind != Part::Kind::message) return std::nullopt;
  const mail::PartIndex child = structure.first_child(index);
  if (child == mail::none) return std::nullopt;
  const Part& inside = structure.parts[child];
  if (section.text == SectionText::text) return Octets{inside.body_start, inside.body_end};
  return Octets{inside.header_start, inside.body_start};
}

Octets cut(Octets octets, const std::optional<imap::Partial>& partial) {
  if (!partial) return octets;
  const std::uint64_t begin = octets.begin + std::min<std::uint64_t>(partial->offset, octets.size());
  return {begin, begin + std::min<std::uint64_t>(partial->count, octets.end - begin)};
}

std::string choose_fields(std::string_view header, const std::vector<std::string>& names, Choose choose) {
  // Sorted, since both the message and the command may name hundreds.
  std::vector<std::string> wanted;
  wanted.reserve(names.size());
  for (const std::string& name : names) wanted.push_back(to_ascii_lower(name));
  std::ranges::sort(wanted);

  std::string chosen;
  mail::HeaderReader reader(header);
  while (const auto field = reader.next()) {
    if (field->name.empty()) continue;  // no field at all
    const bool is_named = std::ranges::binary_search(wanted, to_ascii_lower(field->name));
    if (is_named == (choose == Choose::these)) chosen.append(field->raw);
  }
  // A last field may lack its line end.
  if (!chosen.empty() && !chosen.ends_with('\n')) chosen.append("\r\n");
  chosen.append("\r\n");
  return chosen;
}

}  // namespace pillarbox::imapd
