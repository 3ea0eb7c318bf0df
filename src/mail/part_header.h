// What a header block says of its own body part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mail/structure.h"

namespace pillarbox::mail {

enum class HeaderOf : std::uint8_t { part, message };

struct PartHeader {
  std::optional<std::string> boundary;  // of a multipart that has one
  std::optional<Envelope> envelope;     // of a message
};

// Fills the descriptive fields of `part`, whose content_type holds the default of its place (RFC 2045 §5.2,
// RFC 2046 §5.1.5). Of a field that comes twice the first counts. Not more than limits::header_fields fields
// are read.
PartHeader read_part_header(std::string_view block, HeaderOf of, Part& part);

}  // namespace pillarbox::mail
