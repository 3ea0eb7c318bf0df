// STARTTLS: RFC 3207.
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::StartTls&) {
  // Nothing that came in the clear survives: neither commands glued to this one, nor what was learnt (§4.2).
  // What a peer has used up stays used up.
  wire_.discard_input();
  state_ = State{
      .messages = state_.messages, .failed_logins = state_.failed_logins, .has_begun = state_.has_begun};
  state_.starts_tls = true;  // after our reply
  co_return replies::start_tls();
}

Task<void> Session::start_tls() {
  co_await wire_.flush();
  stream_.set_timeout(settings_.idle_timeout);
  state_.starts_tls = true;
  co_await stream_.start_tls(*listener_.tls_server);
  state_.starts_tls = false;
  state_.is_tls = true;
}

}  // namespace pillarbox::smtpd
