// The commands that change nothing, or nearly.
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

// RFC 5321 §4.1.1.5.
Task<Reply> Session::on(const smtp::Rset&) {
  state_.transaction.reset();
  co_return replies::ok();
}

Task<Reply> Session::on(const smtp::Noop&) { co_return replies::ok(); }

Task<Reply> Session::on(const smtp::Quit&) {
  state_.closing = State::Closing::yes;
  co_return replies::bye();
}

Task<Reply> Session::on(const smtp::Help&) { co_return replies::help(); }

// Who has an address here is found out by sending it mail (RFC 5321 §7.3).
Task<Reply> Session::on(const smtp::Vrfy&) { co_return replies::cannot_verify(); }
Task<Reply> Session::on(const smtp::Expn&) { co_return replies::cannot_verify(); }

Task<Reply> Session::on(const smtp::NotOffered&) { co_return replies::not_offered(); }

}  // namespace pillarbox::smtpd
