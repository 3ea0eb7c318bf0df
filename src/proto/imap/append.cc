// APPEND up to its message: RFC 3501 §6.3.11.
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/literal.h"

namespace pillarbox::imap {

Parsed<Command> decode_append(Arguments& arguments, Numbers) {
  Append append;
  TRY(arguments.space());
  append.mailbox = TRY(arguments.mailbox());
  TRY(arguments.space());
  if (arguments.next_is('(')) {
    append.flags = TRY(arguments.flag_list());
    TRY(arguments.space());
  }
  if (arguments.next_is('"')) {
    append.internal_date = TRY(arguments.date_time());
    TRY(arguments.space());
  }
  // The announcement is all that is left; CommandReader has read it already and tells its size.
  const auto announced = announcement_at_end(arguments.rest());
  if (!announced || announced->length != arguments.rest().size())
    return std::unexpected(SyntaxError::bad_append);
  arguments = Arguments({});
  return append;
}

}  // namespace pillarbox::imap
