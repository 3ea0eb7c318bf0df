// EXPUNGE, RFC 3501 §6.4.3, and UID EXPUNGE, RFC 4315 §2.1.
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {

Parsed<Command> decode_expunge(Arguments& arguments, Numbers numbers) {
  if (numbers == Numbers::sequence) return Expunge{};
  TRY(arguments.space());
  return Expunge{TRY(arguments.sequence_set())};
}

}  // namespace pillarbox::imap
