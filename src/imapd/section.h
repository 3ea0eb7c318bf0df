// Which bytes of a message a BODY[section] is: RFC 3501 §6.4.5. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/structure.h"
#include "proto/imap/fetch_items.h"

namespace pillarbox::imapd {

struct Octets {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  friend bool operator==(const Octets&, const Octets&) = default;
};

// A section of the message itself, not of a part of it: needs nothing but the size of its header.
// Requires: section.part is empty.
Octets locate_in_message(const imap::BodySection& section, std::uint64_t message_bytes,
                         std::uint64_t header_bytes);

// A section of a part; nothing if there is no such part, or none of that kind: only a message has a header to
// ask for. For HEADER.FIELDS and its opposite, the header they choose from.
std::optional<Octets> locate_in_part(const imap::BodySection& section, const mail::Structure& structure);

// What <offset.count> leaves of it.
Octets cut(Octets octets, const std::optional<imap::Partial>& partial);

enum class Choose : std::uint8_t { these, all_but_these };

// The fields of a header block that HEADER.FIELDS (or HEADER.FIELDS.NOT) asks for, as they stand there, and
// the empty line behind them.
std::string choose_fields(std::string_view header, const std::vector<std::string>& names, Choose choose);

}  // namespace pillarbox::imapd
