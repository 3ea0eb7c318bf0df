// SELECT and EXAMINE: RFC 3501 §6.3.1, with the parameters of RFC 4466 §2.1.
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

Parsed<void> decode_parameter(Arguments& arguments, Select& select) {
  if (!arguments.take_word("CONDSTORE")) return std::unexpected(SyntaxError::bad_modifier);
  select.condstore = Condstore::on;
  return {};
}

Parsed<Command> decode_with(Arguments& arguments, Access access) {
  Select select{.access = access};
  TRY(arguments.space());
  select.mailbox = TRY(arguments.mailbox());
  if (arguments.at_end()) return select;

  TRY(arguments.space());
  TRY(arguments.open());
  do {
    TRY(decode_parameter(arguments, select));
  } while (arguments.take(' '));
  TRY(arguments.close());
  return select;
}

}  // namespace

Parsed<Command> decode_select(Arguments& arguments, Numbers) {
  return decode_with(arguments, Access::read_write);
}
Parsed<Command> decode_examine(Arguments& arguments, Numbers) {
  return decode_with(arguments, Access::read_only);
}

}  // namespace pillarbox::imap
