// MAIL: RFC 5321 §4.1.1.2.
#include "base/log.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::Mail& command) {
  const auto& sender = command.reverse_path.address;
  // The null path is nobody's address: a user's client sends receipts with it.
  if (sender && listener_.check_sender && !state_.login.empty()) {
    switch (listener_.check_sender(state_.login, *sender)) {
      case Listener::SenderCheck::allowed: break;
      case Listener::SenderCheck::not_allowed:
        log::info("smtpd", "{}: refused: {} may not send as <{}>", stream_.peer().text(), state_.login,
                  sender->to_string());
        co_return replies::sender_not_allowed();
      case Listener::SenderCheck::unavailable: co_return replies::sender_check_failed();
    }
  }
  state_.has_begun = true;
  state_.transaction.emplace();
  state_.transaction->mail = command;
  state_.transaction->trace_id = services_.trace_ids.make(services_.clock.now());
  ++state_.messages;
  co_return replies::sender_ok();
}

}  // namespace pillarbox::smtpd
