// The envelope of a message as IMAP understands it: the main header fields, nearly raw (RFC 3501 §7.4.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mail/address_list.h"
#include "mail/header.h"

namespace pillarbox::mail {

// No value: the message has no such field (NIL). Strings are the bytes of the message with folding removed
// and without the white space around them: encoded words stay. Of a field that comes twice the last
// one counts; address fields are joined.
struct Envelope {
  std::optional<std::string> date;  // as written; parse_date() reads it
  std::optional<std::string> subject;
  AddressList from;
  AddressList sender;    // the same as `from` where the message names none (RFC 3501 §7.4.2)
  AddressList reply_to;  // likewise
  AddressList to;
  AddressList cc;
  AddressList bcc;
  std::optional<std::string> in_reply_to;
  std::optional<std::string> message_id;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

// The same field by field: every field of the header in its order, then complete_envelope() once.
void add_to_envelope(Envelope& envelope, const HeaderField& field);
void complete_envelope(Envelope& envelope);

// Reads it from a header block (everything up to the empty line, which may be there or not). Never fails;
// linear time.
Envelope parse_envelope(std::string_view header_block);

}  // namespace pillarbox::mail
