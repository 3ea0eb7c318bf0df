// Every command's handler, in the order of RFC 3501 §6; each has a file of its own or shares one with its
// twin. A handler runs when refuse() had nothing against it, writes untagged responses to `out` and returns
// the tagged one.
#pragma once

#include "base/task.h"
#include "imapd/completion.h"
#include "imapd/responses.h"
#include "imapd/session.h"
#include "proto/imap/command.h"

namespace pillarbox::imapd {

Task<Completion> capability(Session& session, const imap::Capability& command, Responses& out);
Task<Completion> noop(Session& session, const imap::Noop& command, Responses& out);
Task<Completion> logout(Session& session, const imap::Logout& command, Responses& out);
Task<Completion> client_id(Session& session, const imap::ClientId& command, Responses& out);

Task<Completion> start_tls(Session& session, const imap::StartTls& command, Responses& out);
Task<Completion> authenticate(Session& session, const imap::Authenticate& command, Responses& out);
Task<Completion> log_in(Session& session, const imap::Login& command, Responses& out);

Task<Completion> enable(Session& session, const imap::Enable& command, Responses& out);
Task<Completion> select(Session& session, const imap::Select& command, Responses& out);
Task<Completion> create(Session& session, const imap::Create& command, Responses& out);
Task<Completion> remove(Session& session, const imap::Delete& command, Responses& out);
Task<Completion> rename(Session& session, const imap::Rename& command, Responses& out);
Task<Completion> subscribe(Session& session, const imap::Subscribe& command, Responses& out);
Task<Completion> unsubscribe(Session& session, const imap::Unsubscribe& command, Responses& out);
Task<Completion> list(Session& session, const imap::List& command, Responses& out);
Task<Completion> lsub(Session& session, const imap::Lsub& command, Responses& out);
Task<Completion> name_spaces(Session& session, const imap::Namespace& command, Responses& out);
Task<Completion> status(Session& session, const imap::Status& command, Responses& out);
Task<Completion> append(Session& session, const imap::Append& command, Responses& out);
Task<Completion> idle(Session& session, const imap::Idle& command, Responses& out);

Task<Completion> check(Session& session, const imap::Check& command, Responses& out);
Task<Completion> close(Session& session, const imap::Close& command, Responses& out);
Task<Completion> unselect(Session& session, const imap::Unselect& command, Responses& out);
Task<Completion> expunge(Session& session, const imap::Expunge& command, Responses& out);
Task<Completion> search(Session& session, const imap::Search& command, Responses& out);
Task<Completion> fetch(Session& session, const imap::Fetch& command, Responses& out);
Task<Completion> store_flags(Session& session, const imap::Store& command, Responses& out);
Task<Completion> copy(Session& session, const imap::Copy& command, Responses& out);
Task<Completion> move(Session& session, const imap::Move& command, Responses& out);

}  // namespace pillarbox::imapd
