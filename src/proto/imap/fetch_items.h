// What a FETCH asks for: RFC 3501 §6.4.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/imap/bits.h"

namespace pillarbox::imap {

// The items that are plain words, as bits: the set is tested in the inner loop of FETCH.
using FetchItems = Bits<struct FetchItemsTag, std::uint32_t>;

namespace fetch_items {
inline constexpr FetchItems uid{1};
inline constexpr FetchItems flags{2};
inline constexpr FetchItems internal_date{4};
inline constexpr FetchItems size{8};  // RFC822.SIZE
inline constexpr FetchItems modseq{16};
inline constexpr FetchItems envelope{32};
inline constexpr FetchItems body{64};             // BODY without brackets
inline constexpr FetchItems body_structure{128};  // BODYSTRUCTURE
}  // namespace fetch_items

enum class SectionText : std::uint8_t {
  all,  // nothing after the part number: the part's body, or the whole message
  header,
  header_fields,
  header_fields_not,
  text,
  mime,
};

enum class SetsSeen : std::uint8_t { no, yes };

// <offset.count> of a section, in bytes. count >= 1.
struct Partial {
  std::uint32_t offset = 0;
  std::uint32_t count = 0;
  friend bool operator==(const Partial&, const Partial&) = default;
};

// BODY[…]<…>, BODY.PEEK[…]<…>, RFC822, RFC822.HEADER, RFC822.TEXT: some bytes of the message.
struct BodySection {
  // How the response must call it. The three RFC822 forms equal BODY[], BODY[HEADER], BODY[TEXT] in content,
  // and `part`, `text` and `sets_seen` are filled in accordingly.
  enum class Name : std::uint8_t { body, rfc822, rfc822_header, rfc822_text };

  Name name = Name::body;
  SectionText text = SectionText::all;
  SetsSeen sets_seen = SetsSeen::yes;
  std::vector<std::uint32_t> part;  // 1.2.3; empty means the message itself
  std::vector<std::string>
      fields;  // of HEADER.FIELDS and HEADER.FIELDS.NOT, at least one then, as the client wrote them
  std::optional<Partial> partial;
};

}  // namespace pillarbox::imap
