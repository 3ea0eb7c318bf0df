// LIST and LSUB: RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154.
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {
namespace {

Parsed<void> take_selection_option(Arguments& arguments, List::Selection& selection) {
  if (arguments.take_word("SUBSCRIBED")) {
    selection.subscribed = true;
  } else if (arguments.take_word("REMOTE")) {
    selection.remote = true;
  } else if (arguments.take_word("RECURSIVEMATCH")) {
    selection.recursive_match = true;
  } else if (arguments.take_word("SPECIAL-USE")) {
    selection.special_use = true;
  } else {
    return std::unexpected(SyntaxError::bad_list_option);
  }
  return {};
}

Parsed<List::Selection> take_selection(Arguments& arguments) {
  List::Selection selection;
  TRY(arguments.open());
  if (arguments.take(')')) return selection;
  do {
    TRY(take_selection_option(arguments, selection));
  } while (arguments.take(' '));
  TRY(arguments.close());
  // RFC 5258 §3: RECURSIVEMATCH only says how SUBSCRIBED is meant.
  if (selection.recursive_match && !selection.subscribed)
    return std::unexpected(SyntaxError::bad_list_option);
  return selection;
}

Parsed<void> take_return_option(Arguments& arguments, List::Returned& returned) {
  if (arguments.take_word("SUBSCRIBED")) {
    returned.subscribed = true;
  } else if (arguments.take_word("CHILDREN")) {
    returned.children = true;
  } else if (arguments.take_word("SPECIAL-USE")) {
    returned.special_use = true;
  } else if (arguments.take_word("STATUS")) {
    TRY(arguments.space());
    returned.status |= TRY(arguments.status_items());
  } else {
    return std::unexpected(SyntaxError::bad_list_option);
  }
  return {};
}

Parsed<List::Returned> take_returned(Arguments& arguments) {
  List::Returned returned;
  TRY(arguments.space());
  TRY(arguments.open());
  if (arguments.take(')')) return returned;
  do {
    TRY(take_return_option(arguments, returned));
  } while (arguments.take(' '));
  TRY(arguments.close());
  return returned;
}

Parsed<std::vector<std::string>> take_patterns(Arguments& arguments) {
  std::vector<std::string> patterns;
  TRY(arguments.open());
  do {
    patterns.push_back(TRY(arguments.list_mailbox()));
    if (patterns.size() > limits::list_patterns) return std::unexpected(SyntaxError::too_many_items);
  } while (arguments.take(' '));
  TRY(arguments.close());
  return patterns;
}

}  // namespace

Parsed<Command> decode_list(Arguments& arguments, Numbers) {
  List list;
  TRY(arguments.space());
  if (arguments.next_is('(')) {
    list.extended = true;
    list.selection = TRY(take_selection(arguments));
    TRY(arguments.space());
  }
  // A reference isn't a mailbox yet: INBOX in it is whatever the whole name makes of it.
  list.reference = TRY(arguments.list_mailbox());
  TRY(arguments.space());
  if (arguments.next_is('(')) {
    list.extended = true;
    list.patterns = TRY(take_patterns(arguments));
  } else {
    list.patterns.push_back(TRY(arguments.list_mailbox()));
  }
  if (arguments.take_space_and_word("RETURN")) {
    list.extended = true;
    list.returned = TRY(take_returned(arguments));
  }
  return list;
}

Parsed<Command> decode_lsub(Arguments& arguments, Numbers) {
  Lsub lsub;
  TRY(arguments.space());
  lsub.reference = TRY(arguments.list_mailbox());
  TRY(arguments.space());
  lsub.pattern = TRY(arguments.list_mailbox());
  return lsub;
}

}  // namespace pillarbox::imap
