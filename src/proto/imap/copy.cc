// COPY, RFC 3501 §6.4.7, and MOVE, RFC 6851 §3.
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

template <class T>
Parsed<Command> decode_to_mailbox(Arguments& arguments, Numbers numbers) {
  T command{.numbers = numbers};
  TRY(arguments.space());
  command.messages = TRY(arguments.sequence_set());
  TRY(arguments.space());
  command.mailbox = TRY(arguments.mailbox());
  return command;
}

}  // namespace

Parsed<Command> decode_copy(Arguments& arguments, Numbers numbers) {
  return decode_to_mailbox<Copy>(arguments, numbers);
}
Parsed<Command> decode_move(Arguments& arguments, Numbers numbers) {
  return decode_to_mailbox<Move>(arguments, numbers);
}

}  // namespace pillarbox::imap
