// From a command's bytes to its value.
#pragma once

#include <expected>

#include "proto/imap/command.h"
#include "proto/imap/command_reader.h"
#include "proto/imap/syntax_error.h"

namespace pillarbox::imap {

// Decodes a command as CommandReader hands it out (CommandRead, or MessageAnnounced for the start of an
// APPEND). Pure, and linear in the size of the command, but for sorting its sequence sets.
std::expected<Command, SyntaxError> decode(const RawCommand& raw);

}  // namespace pillarbox::imap
