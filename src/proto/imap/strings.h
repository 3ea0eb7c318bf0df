// Strings in responses: RFC 3501 §4.3, §5.1.3.
#pragma once

#include <optional>
#include <string_view>

#include "proto/imap/output.h"

namespace pillarbox::imap {

// "quoted" where it can be, else a {n} literal: for 8-bit text and line ends. NUL, which no string of
// IMAP4rev1 may hold, becomes U+FFFD.
void write_string(Output& out, std::string_view text);

// The same, with NIL for nothing.
void write_nstring(Output& out, std::optional<std::string_view> text);

// Text that people read (subject, display name): runs of white space become one space.
void write_phrase(Output& out, std::string_view text);

// A bare atom where that is possible, else as write_string(). NIL isn't taken for an atom.
void write_astring(Output& out, std::string_view text);

// A mailbox name, given in UTF-8, as an astring in modified UTF-7.
void write_mailbox(Output& out, std::string_view name);

// The text of a status response: printable ASCII as it is, anything else as "?"; never empty.
void write_human_text(Output& out, std::string_view text);

}  // namespace pillarbox::imap
