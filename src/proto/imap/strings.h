// Strings in responses: RFC 3501 §4.3, §5.1.3.
#pragma once

#include <optional>
#include <string_view>

#include "proto/imap/output.h"

namespace pillarbox::imap {

// "quoted" where it can be, else a {n} literal: for 8-bit text, line ends, and what is long. NUL, which no IMAP4rev1
// string may hold, becomes 0x80, as Dovecot has it.
void write_string(Output& out, std::string_view text);

// The same, with NIL for nothing.
void write_nstring(Output& out, std::optional<std::string_view> text);

// A bare atom where that is possible, else as write_string(). NIL isn't taken for an atom.
void write_astring(Output& out, std::string_view text);

// A mailbox name, given in UTF-8, as an astring in modified UTF-7; Dovecot quotes only where it must, and so do we.
void write_mailbox(Output& out, std::string_view name);

// For people: printable ASCII as it is, anything else as "?"; never empty.
void write_human_text(Output& out, std::string_view text);

}  // namespace pillarbox::imap
