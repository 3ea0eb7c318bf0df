// SEARCH: RFC 3501 §6.4.4, with RETURN of RFC 4731. Its keys are read in search_keys.cc.
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

Parsed<void> take_return_option(Arguments& arguments, Search::Returned& returned) {
  if (arguments.take_word("MIN")) {
    returned.min = true;
  } else if (arguments.take_word("MAX")) {
    returned.max = true;
  } else if (arguments.take_word("ALL")) {
    returned.all = true;
  } else if (arguments.take_word("COUNT")) {
    returned.count = true;
  } else {
    return std::unexpected(SyntaxError::bad_return_option);
  }
  return {};
}

Parsed<Search::Returned> take_returned(Arguments& arguments) {
  Search::Returned returned{.extended = true};
  TRY(arguments.space());
  TRY(arguments.open());
  if (arguments.take(')')) {
    returned.all = true;  // RFC 4731 §3.1
    return returned;
  }
  do {
    TRY(take_return_option(arguments, returned));
  } while (arguments.take(' '));
  TRY(arguments.close());
  return returned;
}

}  // namespace

Parsed<Command> decode_search(Arguments& arguments, Numbers numbers) {
  Search search{.numbers = numbers};
  if (arguments.take_space_and_word("RETURN")) search.returned = TRY(take_returned(arguments));
  if (arguments.take_space_and_word("CHARSET")) {
    TRY(arguments.space());
    search.charset = TRY(arguments.astring());
  }
  auto program = TRY(decode_search_program(arguments));
  search.key = std::move(program.key);
  search.uses_modseq = program.uses_modseq;
  return search;
}

}  // namespace pillarbox::imap
