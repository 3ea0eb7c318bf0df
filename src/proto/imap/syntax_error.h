// Why a command can't be read, and how to answer that.
#pragma once

#include <cstdint>
#include <string_view>

namespace pillarbox::imap {

enum class SyntaxError : std::uint8_t {
  // Of the line as a whole: found by CommandReader.
  missing_tag,
  missing_command,
  line_too_long,
  literal_too_large,
  too_many_literals,
  // Of a command: found by decode().
  unknown_command,
  uid_not_allowed,  // UID before a command that has no such form
  missing_argument,
  unexpected_argument,
  expected_space,
  expected_parenthesis,
  expected_atom,
  expected_string,
  nul_in_string,
  bad_number,
  bad_sequence_set,
  bad_mailbox_name,  // not modified UTF-7, RFC 3501 §5.1.3
  bad_base64,
  bad_flag,
  bad_date,
  bad_search_key,
  search_too_deep,
  bad_return_option,
  bad_fetch_item,
  bad_section,
  bad_modifier,
  bad_list_option,
  bad_status_item,
  bad_special_use,  // RFC 6154 §5.4, `NO [USEATTR]`
  bad_append,
  too_many_items,
};

// Which tagged response tells the client: BAD for what is no IMAP, NO for what is IMAP but can't be.
enum class Severity : std::uint8_t { bad, no };

struct SyntaxAnswer {
  Severity severity = Severity::bad;
  std::string_view code;  // response code without brackets, or empty
  std::string_view text;  // a sentence for people
};

SyntaxAnswer answer_of(SyntaxError error);

}  // namespace pillarbox::imap
