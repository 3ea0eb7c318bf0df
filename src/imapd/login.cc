// LOGIN, RFC 3501 §6.2.3.
#include "imapd/login.h"

#include "base/log.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

Completion why_not(accounts::LoginError error) {
  switch (error) {
    case accounts::LoginError::refused:
      return no(imap::codes::authentication_failed, "Wrong user or password");
    case accounts::LoginError::too_many:
      return no(imap::codes::unavailable, "Too many failed logins, try again later");
    case accounts::LoginError::unavailable: break;
  }
  return no(imap::codes::unavailable, "Logins can't be checked now, try again later");
}

}  // namespace

Completion refuse_login(Session& session, Completion why, Responses& out) {
  if (++session.connection().failed_logins >= session.door().settings.failed_logins) {
    out.bye("Too many failed logins");
    session.connection().closing = true;
  }
  return why;
}

Task<Completion> admit(Session& session, accounts::PasswordLogin login, Responses& out) {
  const Services& services = session.services();
  const Settings& settings = session.door().settings;
  const std::string name = login.authentication;
  const auto user =
      co_await services.accounts.log_in(session.door().users, std::move(login), session.stream().peer());
  if (!user) {
    log::info("imapd", "{}: login as {} failed", session.stream().peer().text(), name);
    co_return refuse_login(session, why_not(user.error()), out);
  }
  auto ticket = services.presence.enter(user->login, settings.sessions_per_user);
  if (!ticket) {
    log::info("imapd", "{}: {} has too many sessions", session.stream().peer().text(), user->login);
    co_return refuse_login(session, no(imap::codes::limit, "Too many sessions of this user"), out);
  }
  auto mailstore = co_await store::Mailstore::open(services.store, user->login);
  if (!mailstore) co_return no(mailstore.error());

  log::info("imapd", "{}: {} logged in{}", session.stream().peer().text(), user->login,
            session.is_tls() ? " over TLS" : "");
  session.log_in(std::make_unique<LoginState>(
      LoginState{.user = user->login, .mailstore = *std::move(mailstore), .ticket = *std::move(ticket)}));
  co_return ok(imap::codes::capability(session.capabilities()), "Logged in");
}

Task<Completion> log_in(Session& session, const imap::Login& command, Responses& out) {
  return admit(session, {.authentication = command.user, .password = command.password}, out);
}

}  // namespace pillarbox::imapd
