// RCPT: RFC 5321 §4.1.1.3. A recipient that we don't want is refused here, never bounced later.
#include <utility>

#include "base/log.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::Rcpt& command) {
  Transaction& transaction = *state_.transaction;
  // The SMTPUTF8 that allows it stands in MAIL (RFC 6531 §3.4).
  if (command.forward_path.has_utf8 && !transaction.mail.smtputf8) co_return replies::utf8_not_asked_for();

  const mail::Address& address = *command.forward_path.address;
  const auto& sender = transaction.mail.reverse_path.address;
  route::EnvelopeContext envelope{
      .peer = stream_.peer().ip(),
      .login = state_.login,
      .tag = listener_.tag,
      .helo = state_.client_name,
      .is_tls = state_.is_tls,
      .sender = sender,
  };
  auto decision = co_await services_.routing.resolve(std::move(envelope), address);
  if (decision.refusal) {
    const Reply reply = replies::of(decision);
    log::info("smtpd", "{}: refused recipient <{}> from <{}> of {} [{}]: {} {} ({})", transaction.trace_id,
              address.to_string(), sender ? sender->to_string() : "", state_.client_name,
              stream_.peer().address_text(), reply.code, reply.text, decision.reason);
    transaction.was_recipient_refused = true;
    co_return reply;
  }
  transaction.destinations += decision.destinations.size();
  if (transaction.destinations > settings_.max_destinations) {
    transaction.destinations -= decision.destinations.size();
    co_return replies::too_many_recipients();
  }
  if (!transaction.recipients.empty())
    decision.reason = {};  // the log tells the first one's; they may be long
  transaction.recipients.push_back({address, std::move(decision)});
  co_return replies::recipient_ok();
}

}  // namespace pillarbox::smtpd
