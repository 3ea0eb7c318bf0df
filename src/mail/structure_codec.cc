// The compact form of a Structure. Numbers are varints (seven bits a byte, low ones first), strings a length
// and their bytes. Parts come depth first: a head byte of kind and flags, then the members in their order;
// what has its usual value is left out, as the flags say. All counts and ends are checked against what is
// there before anything is made of them.
#include <limits>
#include <optional>
#include <vector>

#include "base/try.h"
#include "mail/limits.h"
#include "mail/structure.h"

namespace pillarbox::mail {
namespace {

constexpr char version = 1;

enum PartFlag : std::uint32_t {
  kind_mask = 3,
  has_envelope = 4,
  has_parameters = 8,
  has_id = 16,
  has_description = 32,
  has_md5 = 64,
  has_location = 128,
  has_disposition = 256,
  has_languages = 512,
  is_text_plain = 1024,
  is_seven_bit = 2048,
};

enum EnvelopeFlag : std::uint32_t {
  has_date = 1,
  has_subject = 2,
  has_in_reply_to = 4,
  has_message_id = 8,
  sender_is_from = 16,
  reply_to_is_from = 32,
};

enum AddressFlag : std::uint32_t { address_kind_mask = 3, has_name = 4, has_route = 8 };

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    out_ += static_cast<char>(value);
  }

  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }

  void parameters(const Parameters& parameters) {
    number(parameters.size());
    for (const Parameter& parameter : parameters) {
      text(parameter.name);
      text(parameter.value);
    }
  }

  void addresses(const AddressList& list) {
    number(list.size());
    for (const HeaderAddress& address : list) {
      const auto kind = static_cast<std::uint32_t>(address.kind);
      number(kind | (address.name.empty() ? 0 : has_name) | (address.route.empty() ? 0 : has_route));
      if (!address.name.empty()) text(address.name);
      if (!address.route.empty()) text(address.route);
      if (address.kind != HeaderAddress::Kind::mailbox) continue;
      text(address.local_part);
      text(address.domain);
    }
  }

  void envelope(const Envelope& envelope) {
    const bool same_sender = envelope.sender == envelope.from;
    const bool same_reply_to = envelope.reply_to == envelope.from;
    number((envelope.date ? has_date : 0) | (envelope.subject ? has_subject : 0) |
           (envelope.in_reply_to ? has_in_reply_to : 0) | (envelope.message_id ? has_message_id : 0) |
           (same_sender ? sender_is_from : 0) | (same_reply_to ? reply_to_is_from : 0));
    for (const auto* text_or_none :
         {&envelope.date, &envelope.subject, &envelope.in_reply_to, &envelope.message_id}) {
      if (*text_or_none) text(**text_or_none);
    }
    addresses(envelope.from);
    if (!same_sender) addresses(envelope.sender);
    if (!same_reply_to) addresses(envelope.reply_to);
    addresses(envelope.to);
    addresses(envelope.cc);
    addresses(envelope.bcc);
  }

  void part(const Part& part, PartIndex index) {
    const ContentType& type = part.content_type;
    const bool plain = type.type == "text" && type.subtype == "plain";  // so spelled
    const bool seven_bit = part.encoding == "7bit";
    number(static_cast<std::uint32_t>(part.kind) | (part.envelope != none ? has_envelope : 0) |
           (type.parameters.empty() ? 0 : has_parameters) | (part.id ? has_id : 0) |
           (part.description ? has_description : 0) | (part.md5 ? has_md5 : 0) |
           (part.location ? has_location : 0) | (part.disposition ? has_disposition : 0) |
           (part.languages.empty() ? 0 : has_languages) | (plain ? is_text_plain : 0) |
           (seven_bit ? is_seven_bit : 0));
    if (part.kind != Part::Kind::leaf) number(part.end - index);
    number(part.header_start);
    number(part.header_size());
    number(part.body_size());
    number(part.body_lines);
    if (!plain) {
      text(type.type);
      text(type.subtype);
    }
    if (!type.parameters.empty()) parameters(type.parameters);
    if (!seven_bit) text(part.encoding);
    for (const auto* text_or_none : {&part.id, &part.description, &part.md5, &part.location}) {
      if (*text_or_none) text(**text_or_none);
    }
    if (part.disposition) {
      text(part.disposition->type);
      parameters(part.disposition->parameters);
    }
    if (!part.languages.empty()) {
      number(part.languages.size());
      for (const std::string& tag : part.languages) text(tag);
    }
  }

 private:
  std::string& out_;
};

// After the first thing that is wrong everything reads as zero and empty; is_whole() tells in the end.
class Reader {
 public:
  explicit Reader(std::string_view encoded) : rest_(encoded) {}

  bool is_whole() const { return !is_broken_ && rest_.empty(); }
  bool is_broken() const { return is_broken_; }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }

  // Of things that each take a byte at least.
  std::size_t count(std::size_t most) {
    const std::uint64_t value = number();
    return value <= most && value <= rest_.size() ? value : fail();
  }

  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }

  std::optional<std::string> text_if(bool is_there) {
    return is_there ? std::optional(text()) : std::nullopt;
  }

  Parameters parameters() {
    Parameters parameters(count(limits::parameters));
    for (Parameter& parameter : parameters) {
      parameter.name = text();
      parameter.value = text();
    }
    return parameters;
  }

  AddressList addresses() {
    AddressList list(count(limits::addresses + 2));
    for (HeaderAddress& address : list) {
      const std::uint64_t flags = number();
      const std::uint64_t kind = flags & address_kind_mask;
      if (kind > static_cast<std::uint64_t>(HeaderAddress::Kind::group_end)) fail();
      address.kind = static_cast<HeaderAddress::Kind>(kind);
      if ((flags & has_name) != 0) address.name = text();
      if ((flags & has_route) != 0) address.route = text();
      if (address.kind != HeaderAddress::Kind::mailbox) continue;
      address.local_part = text();
      address.domain = text();
    }
    return list;
  }

  Envelope envelope() {
    Envelope envelope;
    const std::uint64_t flags = number();
    envelope.date = text_if((flags & has_date) != 0);
    envelope.subject = text_if((flags & has_subject) != 0);
    envelope.in_reply_to = text_if((flags & has_in_reply_to) != 0);
    envelope.message_id = text_if((flags & has_message_id) != 0);
    envelope.from = addresses();
    envelope.sender = (flags & sender_is_from) != 0 ? envelope.from : addresses();
    envelope.reply_to = (flags & reply_to_is_from) != 0 ? envelope.from : addresses();
    envelope.to = addresses();
    envelope.cc = addresses();
    envelope.bcc = addresses();
    return envelope;
  }

  // `end` is left as a count from the part's own index.
  void part(Part& part, Structure& structure) {
    const std::uint64_t flags = number();
    const std::uint64_t kind = flags & kind_mask;
    if (kind > static_cast<std::uint64_t>(Part::Kind::message)) fail();
    part.kind = static_cast<Part::Kind>(kind);
    const std::uint64_t below = part.kind == Part::Kind::leaf ? 1 : number();
    part.end = below <= limits::mime_parts ? static_cast<PartIndex>(below) : 0;
    part.header_start = number();
    part.body_start = part.header_start + number();
    part.body_end = part.body_start + number();
    part.body_lines = number();
    if ((flags & is_text_plain) == 0) {
      part.content_type.type = text();
      part.content_type.subtype = text();
    }
    if ((flags & has_parameters) != 0) part.content_type.parameters = parameters();
    part.encoding = (flags & is_seven_bit) != 0 ? "7bit" : text();
    part.id = text_if((flags & has_id) != 0);
    part.description = text_if((flags & has_description) != 0);
    part.md5 = text_if((flags & has_md5) != 0);
    part.location = text_if((flags & has_location) != 0);
    if ((flags & has_disposition) != 0) part.disposition = {.type = text(), .parameters = parameters()};
    if ((flags & has_languages) != 0) {
      part.languages.resize(count(limits::parameters));
      for (std::string& tag : part.languages) tag = text();
    }
    if ((flags & has_envelope) != 0) {
      part.envelope = static_cast<std::uint32_t>(structure.envelopes.size());
      structure.envelopes.push_back(envelope());
    }
  }

 private:
  std::uint64_t fail() {
    is_broken_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool is_broken_ = false;
};

// Whether a part fits where it stands: what a reader of messages makes always does.
bool is_sound(const Part& part, PartIndex index, const std::vector<Part>& parts) {
  const bool has_child = part.end > index + 1;
  if (part.header_start > part.body_start || part.body_start > part.body_end) return false;
  if (part.kind == Part::Kind::leaf ? has_child : part.kind == Part::Kind::message && !has_child)
    return false;
  if (part.parent == none) return index == 0 && part.end == parts.size() && part.envelope == 0;
  const Part& above = parts[part.parent];
  if (part.end <= index || part.end > above.end) return false;
  if (part.header_start < above.body_start || part.body_end > above.body_end) return false;
  // One message in a message/rfc822, and messages have envelopes.
  const bool is_message = above.kind == Part::Kind::message;
  return is_message == (part.envelope != none) && (!is_message || part.end == above.end);
}

// Turns the counts in `end` into indices and finds the parents.
bool link(std::vector<Part>& parts) {
  PartIndex above = none;
  for (PartIndex i = 0; i < parts.size(); ++i) {
    std::uint64_t before = 0;  // where the part before this one, beside it, has ended
    for (; above != none && parts[above].end <= i; above = parts[above].parent)
      before = parts[above].body_end;
    parts[i].parent = above;
    parts[i].end += i;
    if (!is_sound(parts[i], i, parts) || parts[i].header_start < before) return false;
    above = i;
  }
  return true;
}

}  // namespace

std::string encode(const Structure& structure) {
  std::string out(1, version);
  Writer writer(out);
  writer.number(structure.parts.size());
  for (PartIndex i = 0; i < structure.parts.size(); ++i) {
    const Part& part = structure.parts[i];
    writer.part(part, i);
    if (part.envelope != none) writer.envelope(structure.envelopes[part.envelope]);
  }
  return out;
}

std::optional<Structure> decode_structure(std::string_view encoded) {
  if (!encoded.starts_with(version)) return std::nullopt;
  Reader reader(encoded.substr(1));
  Structure structure;
  const std::size_t count = reader.count(limits::mime_parts);
  structure.parts.reserve(count);
  for (std::size_t i = 0; i < count && !reader.is_broken(); ++i) {
    reader.part(structure.parts.emplace_back(), structure);
  }
  if (!reader.is_whole() || structure.parts.empty() || !link(structure.parts)) return std::nullopt;
  return structure;
}

}  // namespace pillarbox::mail
