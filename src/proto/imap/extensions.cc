// ENABLE and ID: how client and server tell each other what they can do and who they are.
#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"
#include "proto/imap/limits.h"

namespace pillarbox::imap {

// RFC 5161 §3.1.
Parsed<Command> decode_enable(Arguments& arguments, Numbers) {
  Enable enable;
  do {
    TRY(arguments.space());
    enable.capabilities.push_back(to_ascii_upper(TRY(arguments.atom())));
    if (enable.capabilities.size() > limits::enable_names)
      return std::unexpected(SyntaxError::too_many_items);
  } while (!arguments.at_end());
  return enable;
}

// RFC 2971 §4. Field names are taken bare as well, as clients send them.
Parsed<Command> decode_id(Arguments& arguments, Numbers) {
  ClientId id;
  TRY(arguments.space());
  if (arguments.take_word("NIL")) return id;
  TRY(arguments.open());
  if (arguments.take(')')) return id;
  do {
    auto name = TRY(arguments.astring());
    TRY(arguments.space());
    id.fields.emplace_back(std::move(name), TRY(arguments.nstring()));
    if (id.fields.size() > limits::id_fields) return std::unexpected(SyntaxError::too_many_items);
  } while (arguments.take(' '));
  TRY(arguments.close());
  return id;
}

}  // namespace pillarbox::imap
