// The MIME structure of a message: which parts it has, what they say of themselves, and where their bytes
// lie. Enough to answer IMAP's ENVELOPE, BODY, BODYSTRUCTURE and to find every BODY[section] without looking
// at the message again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/content_type.h"
#include "mail/envelope.h"

namespace pillarbox::mail {

// An index into Structure::parts.
using PartIndex = std::uint32_t;
inline constexpr std::uint32_t none = 0xFFFFFFFF;

struct Part {
  enum class Kind : std::uint8_t {
    leaf,       // nothing below it, or nothing that was looked at: beyond the limits
    multipart,  // children: its body parts; there may be none
    message,    // message/rfc822 or message/global; one child: the message inside
  };

  // Offsets in octets from the start of the whole message. The header is [header_start, body_start), its
  // empty line included; the body [body_start, body_end), without the line break that belongs to the boundary
  // behind it (RFC 2046 §5.1.1).
  std::uint64_t header_start = 0;
  std::uint64_t body_start = 0;
  std::uint64_t body_end = 0;
  std::uint64_t body_lines = 0;  // line ends in the body, as IMAP counts them

  Kind kind = Kind::leaf;
  PartIndex parent = none;
  PartIndex end = 0;  // one behind the last part below this one
  std::uint32_t envelope =
      none;  // index into Structure::envelopes, for the root and the child of a Kind::message

  ContentType content_type;       // text/plain without parameters, or message/rfc822 in a digest, if not said
  std::string encoding;           // Content-Transfer-Encoding as written, case too; "7bit" if not said
  std::optional<std::string> id;  // Content-ID, as written
  std::optional<std::string> description;
  std::optional<std::string> md5;
  std::optional<std::string> location;  // with the spaces of folding removed (RFC 2557 §4.4.2)
  std::optional<Disposition> disposition;
  std::vector<std::string> languages;

  std::uint64_t body_size() const { return body_end - body_start; }
  std::uint64_t header_size() const { return body_start - header_start; }

  friend bool operator==(const Part&, const Part&) = default;
};

// A part beyond the limits of mail/limits.h is a leaf of type application/octet-stream: its bytes can be had,
// its insides are not known.
struct Structure {
  std::vector<Part> parts;          // depth first; parts[0] is the message itself; never empty
  std::vector<Envelope> envelopes;  // envelopes[0] is the message's own

  const Part& root() const { return parts.front(); }
  const Envelope& envelope() const { return envelopes.front(); }

  // The children of parts[i] are i + 1, then parts[that].end, while below parts[i].end:
  //   for (auto child = first_child(i); child != none; child = next_sibling(child))
  PartIndex first_child(PartIndex part) const { return part + 1 < parts[part].end ? part + 1 : none; }
  PartIndex next_sibling(PartIndex part) const {
    const PartIndex parent = parts[part].parent;
    return parent != none && parts[part].end < parts[parent].end ? parts[part].end : none;
  }

  // The part that IMAP calls `numbers` ("2.1" is {2, 1}), by RFC 3501 §6.4.5; {} is the message itself. The
  // number 1 of what isn't a multipart is itself; a message/rfc822 part gives the numbers below it to the
  // message inside. none if there is no such part.
  PartIndex find(std::span<const std::uint32_t> numbers) const;

  friend bool operator==(const Structure&, const Structure&) = default;
};

// A compact form for caches: a version, then varints and strings. decode() is safe on any bytes: nothing for
// damaged ones and for those of another version.
std::string encode(const Structure& structure);
std::optional<Structure> decode_structure(std::string_view encoded);

}  // namespace pillarbox::mail
