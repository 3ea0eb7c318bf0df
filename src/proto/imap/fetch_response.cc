#include "proto/imap/fetch_response.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "proto/imap/body_structure.h"
#include "proto/imap/envelope.h"
#include "proto/imap/strings.h"

namespace pillarbox::imap {
namespace {

// The text of every combination of system flags, so that the common message costs one copy.
struct SystemTexts {
  static constexpr std::size_t longest = 56;  // all six: 54
  std::array<std::array<char, longest>, 64> text{};
  std::array<std::uint8_t, 64> size{};
};

constexpr SystemTexts system_texts = [] {
  SystemTexts table;
  for (unsigned bits = 0; bits < 64; ++bits) {
    std::uint8_t size = 0;
    for (const SystemFlagName& row : system_flag_names) {
      if ((bits & row.flag.bits) == 0) continue;
      if (size > 0) table.text[bits][size++] = ' ';
      for (const char c : row.name) table.text[bits][size++] = c;
    }
    table.size[bits] = size;
  }
  return table;
}();

std::string_view section_text_name(SectionText text) {
  switch (text) {
    case SectionText::all: return "";
    case SectionText::header: return "HEADER";
    case SectionText::header_fields: return "HEADER.FIELDS";
    case SectionText::header_fields_not: return "HEADER.FIELDS.NOT";
    case SectionText::text: return "TEXT";
    case SectionText::mime: return "MIME";
  }
  return "";
}

// BODY[1.2.HEADER.FIELDS (From To)]<0>, as RFC 3501 §7.4.2 wants it back.
void write_section_name(Output& out, const BodySection& section) {
  switch (section.name) {
    case BodySection::Name::rfc822: return out.put("RFC822");
    case BodySection::Name::rfc822_header: return out.put("RFC822.HEADER");
    case BodySection::Name::rfc822_text: return out.put("RFC822.TEXT");
    case BodySection::Name::body: break;
  }
  out.put("BODY[");
  for (std::size_t i = 0; i < section.part.size(); ++i) {
    if (i > 0) out.put('.');
    out.put_number(section.part[i]);
  }
  if (!section.part.empty() && section.text != SectionText::all) out.put('.');
  out.put(section_text_name(section.text));
  for (std::size_t i = 0; i < section.fields.size(); ++i) {
    out.put(i == 0 ? " (" : " ");
    write_astring(out, section.fields[i]);
  }
  if (!section.fields.empty()) out.put(')');
  out.put(']');
  if (!section.partial) return;
  out.put('<');
  out.put_number(section.partial->offset);
  out.put('>');
}

}  // namespace

FlagTexts::FlagTexts(std::span<const std::string> keywords) : max_size_(SystemTexts::longest) {
  for (const std::string& keyword : keywords.first(std::min<std::size_t>(keywords.size(), 64))) {
    keywords_.push_back(' ' + keyword);
    max_size_ += keywords_.back().size();
  }
  known_ = keywords_.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << keywords_.size()) - 1;
}

char* FlagTexts::write(char* at, SystemFlags system, std::uint64_t keyword_bits) const {
  const std::size_t index = system.bits & 63;
  // A fixed length copies in registers; what is too much is overwritten.
  std::memcpy(at, system_texts.text[index].data(), SystemTexts::longest);
  char* end = at + system_texts.size[index];
  for (std::uint64_t left = keyword_bits & known_; left != 0; left &= left - 1) {
    std::string_view text = keywords_[static_cast<std::size_t>(std::countr_zero(left))];
    if (end == at) text.remove_prefix(1);
    std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
  return end;
}

FetchResponse::FetchResponse(Output& out, std::uint32_t sequence_number) : out_(out) {
  char* at = out_.reserve(2 + max_digits + 8);
  std::memcpy(at, "* ", 2);
  at = write_digits(at + 2, sequence_number);
  std::memcpy(at, " FETCH (", 8);
  out_.advance_to(at + 8);
}

void FetchResponse::item(std::string_view name) {
  if (!is_first_) out_.put(' ');
  is_first_ = false;
  out_.put(name);
}

void FetchResponse::uid(std::uint32_t uid) {
  item("UID ");
  out_.put_number(uid);
}

void FetchResponse::flags(const FlagTexts& texts, SystemFlags system, std::uint64_t keyword_bits) {
  item("FLAGS (");
  char* at = texts.write(out_.reserve(texts.max_size() + 1), system, keyword_bits);
  *at++ = ')';
  out_.advance_to(at);
}

void FetchResponse::internal_date(const DateTime& date) {
  item("INTERNALDATE ");
  write_date_time(out_, date);
}

void FetchResponse::size(std::uint64_t bytes) {
  item("RFC822.SIZE ");
  out_.put_number(bytes);
}

void FetchResponse::modseq(std::uint64_t modseq) {
  item("MODSEQ (");
  out_.put_number(modseq);
  out_.put(')');
}

void FetchResponse::envelope(const mail::Envelope& envelope) {
  item("ENVELOPE ");
  write_envelope(out_, envelope);
}

void FetchResponse::body(const mail::Structure& structure) {
  item("BODY ");
  write_body(out_, structure);
}

void FetchResponse::body_structure(const mail::Structure& structure) {
  item("BODYSTRUCTURE ");
  write_body_structure(out_, structure);
}

void FetchResponse::envelope_text(std::string_view text) {
  item("ENVELOPE ");
  out_.put(text);
}

void FetchResponse::body_text(std::string_view text) {
  item("BODY ");
  out_.put(text);
}

void FetchResponse::body_structure_text(std::string_view text) {
  item("BODYSTRUCTURE ");
  out_.put(text);
}

void FetchResponse::no_section(const BodySection& section) {
  item("");
  write_section_name(out_, section);
  out_.put(" NIL");
}

void FetchResponse::section(const BodySection& section, std::string_view bytes) {
  begin_section(section, bytes.size());
  char* const begin = out_.reserve(bytes.size());
  out_.put(bytes);
  char* const end = begin + bytes.size();
  if (std::memchr(begin, 0, bytes.size()) != nullptr) std::replace(begin, end, '\0', '\x80');
}

void FetchResponse::begin_section(const BodySection& section, std::uint64_t bytes) {
  item("");
  write_section_name(out_, section);
  out_.put(" {");
  out_.put_number(bytes);
  out_.put("}\r\n");
}

void FetchResponse::finish() { out_.put(")\r\n"); }

void write_date_time(Output& out, const DateTime& date) {
  using namespace std::chrono;
  constexpr sys_seconds earliest = sys_days{year{0} / January / 2};
  constexpr sys_seconds latest = sys_days{year{9999} / December / 30} + hours{24} - seconds{1};
  const sys_seconds local = std::clamp(date.moment, earliest, latest) + minutes{date.zone_minutes};
  const auto day = floor<days>(local);
  const year_month_day ymd{day};
  const hh_mm_ss time{local - day};
  const auto two = [](char* at, auto value) { return write_two_digits(at, static_cast<unsigned>(value)); };

  char* at = out.reserve(28);
  *at++ = '"';
  at = two(at, static_cast<unsigned>(ymd.day()));
  if (at[-2] == '0') at[-2] = ' ';  // RFC 3501 §9, date-day-fixed
  *at++ = '-';
  std::memcpy(at, month_names[static_cast<unsigned>(ymd.month()) - 1].data(), 3);
  at[3] = '-';
  const auto years = static_cast<unsigned>(static_cast<int>(ymd.year()));
  at = two(two(at + 4, years / 100), years % 100);
  *at++ = ' ';
  at = two(at, time.hours().count());
  *at++ = ':';
  at = two(at, time.minutes().count());
  *at++ = ':';
  at = two(at, time.seconds().count());
  *at++ = ' ';
  const unsigned zone = static_cast<unsigned>(std::abs(date.zone_minutes));
  *at++ = date.zone_minutes < 0 ? '-' : '+';
  at = two(two(at, zone / 60), zone % 60);
  *at++ = '"';
  out.advance_to(at);
}

}  // namespace pillarbox::imap
