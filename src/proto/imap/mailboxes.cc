// The commands on a mailbox by name: CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, STATUS. RFC 3501 §6.3.
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

Parsed<std::string> only_mailbox(Arguments& arguments) {
  TRY(arguments.space());
  return arguments.mailbox();
}

// `(USE (\Drafts \Sent))`, RFC 6154 §3.
Parsed<SpecialUses> take_uses(Arguments& arguments) {
  SpecialUses uses;
  TRY(arguments.open());
  if (!arguments.take_word("USE")) return std::unexpected(SyntaxError::bad_modifier);
  TRY(arguments.space());
  TRY(arguments.open());
  if (!arguments.next_is(')')) {
    do {
      if (!arguments.take('\\')) return std::unexpected(SyntaxError::bad_modifier);
      const auto use = special_use(TRY(arguments.atom()));
      if (!use) return std::unexpected(SyntaxError::bad_special_use);
      uses |= *use;
    } while (arguments.take(' '));
  }
  TRY(arguments.close());
  TRY(arguments.close());
  return uses;
}

}  // namespace

Parsed<Command> decode_create(Arguments& arguments, Numbers) {
  Create create{.mailbox = TRY(only_mailbox(arguments))};
  if (arguments.at_end()) return create;
  TRY(arguments.space());
  create.uses = TRY(take_uses(arguments));
  return create;
}

Parsed<Command> decode_delete(Arguments& arguments, Numbers) { return Delete{TRY(only_mailbox(arguments))}; }

Parsed<Command> decode_rename(Arguments& arguments, Numbers) {
  auto from = TRY(only_mailbox(arguments));
  return Rename{std::move(from), TRY(only_mailbox(arguments))};
}

Parsed<Command> decode_subscribe(Arguments& arguments, Numbers) {
  return Subscribe{TRY(only_mailbox(arguments))};
}

Parsed<Command> decode_unsubscribe(Arguments& arguments, Numbers) {
  return Unsubscribe{TRY(only_mailbox(arguments))};
}

Parsed<Command> decode_status(Arguments& arguments, Numbers) {
  auto mailbox = TRY(only_mailbox(arguments));
  TRY(arguments.space());
  return Status{std::move(mailbox), TRY(arguments.status_items())};
}

}  // namespace pillarbox::imap
