#include "proto/imap/syntax_error.h"

#include "proto/imap/response_code.h"

namespace pillarbox::imap {

SyntaxAnswer answer_of(SyntaxError error) {
  const auto bad = [](std::string_view text) { return SyntaxAnswer{Severity::bad, codes::none, text}; };
  switch (error) {
    case SyntaxError::missing_tag: return bad("A command begins with a tag");
    case SyntaxError::missing_command: return bad("There is no command behind the tag");
    case SyntaxError::line_too_long: return bad("The line is too long");
    case SyntaxError::literal_too_large: return {Severity::no, codes::too_big, "The literal is too large"};
    case SyntaxError::too_many_literals: return {Severity::no, codes::limit, "There are too many literals"};
    case SyntaxError::unknown_command: return bad("Unknown command");
    case SyntaxError::uid_not_allowed: return bad("UID doesn't go with this command");
    case SyntaxError::missing_argument: return bad("An argument is missing");
    case SyntaxError::unexpected_argument: return bad("There is more than the command takes");
    case SyntaxError::expected_space: return bad("A space is missing");
    case SyntaxError::expected_parenthesis: return bad("A parenthesis is missing");
    case SyntaxError::expected_atom: return bad("A word of letters is missing");
    case SyntaxError::expected_string: return bad("A string is missing or malformed");
    case SyntaxError::nul_in_string: return bad("NUL isn't allowed in a string");
    case SyntaxError::bad_number: return bad("A number is malformed or out of range");
    case SyntaxError::bad_sequence_set: return bad("The message set is malformed");
    case SyntaxError::bad_mailbox_name:
      return {Severity::no, codes::cannot, "The mailbox name isn't modified UTF-7"};
    case SyntaxError::bad_base64: return bad("The base64 is malformed");
    case SyntaxError::bad_flag: return bad("A flag is malformed or can't be set");
    case SyntaxError::bad_date: return bad("The date is malformed");
    case SyntaxError::bad_search_key: return bad("Unknown search key");
    case SyntaxError::search_too_deep:
      return {Severity::no, codes::limit, "The search keys are nested too deeply"};
    case SyntaxError::bad_return_option: return bad("Unknown RETURN option");
    case SyntaxError::bad_fetch_item: return bad("Unknown FETCH item");
    case SyntaxError::bad_section: return bad("The section is malformed");
    case SyntaxError::bad_modifier: return bad("Unknown parameter or modifier");
    case SyntaxError::bad_list_option: return bad("Unknown or misplaced LIST option");
    case SyntaxError::bad_status_item: return bad("Unknown STATUS item");
    case SyntaxError::bad_special_use: return {Severity::no, codes::use_attr, "Unknown special use"};
    case SyntaxError::bad_append: return bad("APPEND takes a mailbox, flags, a date and a literal");
    case SyntaxError::too_many_items: return {Severity::no, codes::limit, "The command has too many parts"};
  }
  return bad("The command is malformed");
}

}  // namespace pillarbox::imap
