// One decoder a command: `arguments` behind the command's name → its value. Rows of the table in decode.cc.
#pragma once

#include "proto/imap/arguments.h"
#include "proto/imap/command.h"

namespace pillarbox::imap {

using Decoder = Parsed<Command> (*)(Arguments& arguments, Numbers numbers);

Parsed<Command> decode_append(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_authenticate(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_copy(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_create(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_delete(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_enable(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_examine(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_expunge(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_fetch(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_id(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_list(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_login(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_lsub(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_move(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_rename(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_search(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_select(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_status(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_store(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_subscribe(Arguments& arguments, Numbers numbers);
Parsed<Command> decode_unsubscribe(Arguments& arguments, Numbers numbers);

// For commands that are nothing but their name. That nothing is left over is checked once, in decode().
template <class T>
Parsed<Command> decode_bare(Arguments&, Numbers) {
  return T{};
}

// Keys of SEARCH up to the end of the arguments; search_keys.cc.
struct SearchProgram {
  SearchKey key;
  bool uses_modseq = false;
};
Parsed<SearchProgram> decode_search_program(Arguments& arguments);

// A section from its "[" on, with its <partial>; section.cc.
Parsed<BodySection> decode_section(Arguments& arguments);

}  // namespace pillarbox::imap
