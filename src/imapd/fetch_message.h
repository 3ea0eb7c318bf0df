// FETCH of what isn't in a snapshot's columns: structure and bytes of messages.
#pragma once

#include <vector>

#include "imapd/completion.h"
#include "imapd/responses.h"
#include "imapd/selected_mailbox.h"
#include "imapd/session.h"
#include "proto/imap/command.h"
#include "proto/imap/fetch_response.h"

namespace pillarbox::imapd {

// The items that a chunk holds, of its message `within`.
void write_columns(imap::FetchResponse& response, const imap::FlagTexts& texts,
                   const SelectedMailbox& mailbox, const store::Chunk& chunk, std::size_t within,
                   imap::FetchItems wanted);

// Answers the whole command for the messages in `ranges`. A message that can't be read is left out, and said
// so at the end; the others are told.
Task<Completion> fetch_messages(Session& session, const imap::Fetch& command, std::vector<IndexRange> ranges,
                                Responses& out);

}  // namespace pillarbox::imapd
