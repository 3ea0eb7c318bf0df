// AUTH: RFC 4954.
#include <utility>
#include <variant>

#include "accounts/sasl.h"
#include "base/log.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::Auth& command) {
  state_.has_begun = true;
  auto exchange = accounts::SaslExchange::begin(command.mechanism);
  if (!exchange) co_return replies::unknown_mechanism();
  auto step = exchange->start(command.initial_response);
  while (const auto* challenge = std::get_if<accounts::SaslChallenge>(&step)) {
    wire_.send(replies::challenge(challenge->base64));
    const auto line = co_await wire_.read_auth_line(line_limits());
    if (!line) {
      state_.closing = State::Closing::yes;
      co_return replies::of(line.error());
    }
    step = exchange->answer(*line);
  }
  wire_.wipe_consumed();
  if (const auto* failure = std::get_if<accounts::SaslFailure>(&step)) co_return replies::of(*failure);
  co_return co_await log_in(std::get<accounts::PasswordLogin>(std::move(step)));
}

Task<Reply> Session::log_in(accounts::PasswordLogin login) {
  const std::string name = login.authentication;
  auto user = co_await services_.accounts.log_in(listener_.users_table, std::move(login), stream_.peer());
  if (user) {
    state_.login = user->login;
    log::info("smtpd", "{}: {} logged in", stream_.peer().text(), state_.login);
    co_return replies::logged_in();
  }
  log::info("smtpd", "{}: login as {} failed", stream_.peer().text(), name);
  const bool is_his_fault = user.error() != accounts::LoginError::unavailable;
  if (is_his_fault && ++state_.failed_logins >= settings_.max_failed_logins) {
    co_return replies::too_many_failed_logins();
  }
  co_return replies::of(user.error());
}

}  // namespace pillarbox::smtpd
