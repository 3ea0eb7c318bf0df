// STORE: RFC 3501 §6.4.6, RFC 7162 §3.1.3.
#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

Parsed<std::uint64_t> take_unchanged_since(Arguments& arguments) {
  TRY(arguments.open());
  if (!arguments.take_word("UNCHANGEDSINCE")) return std::unexpected(SyntaxError::bad_modifier);
  TRY(arguments.space());
  const auto modseq = TRY(arguments.number64());
  TRY(arguments.close());
  return modseq;
}

Parsed<void> take_item(Arguments& arguments, Store& store) {
  if (arguments.take('+')) {
    store.mode = Store::Mode::add;
  } else if (arguments.take('-')) {
    store.mode = Store::Mode::remove;
  }
  const auto item = arguments.letters();
  if (equals_ignoring_case(item, "FLAGS.SILENT")) {
    store.answer = Store::Answer::silent;
  } else if (!equals_ignoring_case(item, "FLAGS")) {
    return std::unexpected(SyntaxError::bad_modifier);
  }
  return {};
}

}  // namespace

Parsed<Command> decode_store(Arguments& arguments, Numbers numbers) {
  Store store{.numbers = numbers};
  TRY(arguments.space());
  store.messages = TRY(arguments.sequence_set());
  TRY(arguments.space());
  if (arguments.next_is('(')) {
    store.unchanged_since = TRY(take_unchanged_since(arguments));
    TRY(arguments.space());
  }
  TRY(take_item(arguments, store));
  TRY(arguments.space());
  if (arguments.next_is('(')) {
    store.flags = TRY(arguments.flag_list());
    return store;
  }
  do {
    TRY(arguments.flag(store.flags));
  } while (!arguments.at_end() && arguments.take(' '));
  return store;
}

}  // namespace pillarbox::imap
