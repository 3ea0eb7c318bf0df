// What all ways to log in have in common.
#pragma once

#include "accounts/accounts.h"
#include "imapd/completion.h"
#include "imapd/session.h"

namespace pillarbox::imapd {

// Asks who this is, and lets them in or says no; after too many failures the session ends.
Task<Completion> admit(Session& session, accounts::PasswordLogin login, Responses& out);

// One that brought nothing to try: it counts as a failure just so.
Completion refuse_login(Session& session, Completion why, Responses& out);

}  // namespace pillarbox::imapd
