// AUTH: RFC 4954, with PLAIN (RFC 4616) and LOGIN, which has no RFC and many clients.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "smtpd/replies.h"
#include "smtpd/sasl_plain.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {
namespace {

using Login = std::expected<accounts::PasswordLogin, Reply>;

std::expected<std::string, Reply> decode(std::string_view base64) {
  auto decoded = base64_decode(base64);
  if (!decoded) return std::unexpected(replies::bad_login_syntax());
  return *std::move(decoded);
}

}  // namespace

Task<Reply> Session::on(const smtp::Auth& command) {
  state_.has_begun = true;
  Login login = std::unexpected(replies::unknown_mechanism());
  if (command.mechanism == "PLAIN") {
    login = co_await plain(command);
  } else if (command.mechanism == "LOGIN") {
    login = co_await this->login(command);
  }
  wire_.wipe_consumed();
  if (!login) co_return login.error();

  const std::string name = login->authentication;
  auto user = co_await services_.accounts.log_in(listener_.users_table, *std::move(login), stream_.peer());
  if (user) {
    state_.login = user->login;
    log::info("smtpd", "{}: {} logged in", stream_.peer().text(), state_.login);
    co_return replies::logged_in();
  }
  log::info("smtpd", "{}: login as {} failed", stream_.peer().text(), name);
  if (++state_.failed_logins >= settings_.max_failed_logins) co_return replies::too_many_failed_logins();
  co_return replies::of(user.error());
}

// One step of the exchange: our challenge, the peer's answer.
Task<std::expected<std::string, Reply>> Session::ask(std::string_view challenge) {
  wire_.send(replies::challenge(base64_encode(challenge)));
  const auto line = co_await wire_.read_auth_line(line_limits());
  if (!line) {
    state_.closing = State::Closing::yes;
    co_return std::unexpected(replies::of(line.error()));
  }
  if (*line == "*") co_return std::unexpected(replies::login_cancelled());
  co_return decode(*line);
}

Task<Login> Session::plain(const smtp::Auth& command) {
  auto response = command.initial_response ? decode(*command.initial_response) : co_await ask("");
  if (!response) co_return std::unexpected(response.error());
  const crypto::Wiper wiper(*response);
  auto login = parse_sasl_plain(*response);
  if (!login) co_return std::unexpected(replies::bad_login_syntax());
  co_return *std::move(login);
}

Task<Login> Session::login(const smtp::Auth& command) {
  auto name = command.initial_response ? decode(*command.initial_response) : co_await ask("Username:");
  if (!name) co_return std::unexpected(name.error());
  auto password = co_await ask("Password:");
  if (!password) co_return std::unexpected(password.error());
  co_return accounts::PasswordLogin{.authentication = *std::move(name), .password = *std::move(password)};
}

}  // namespace pillarbox::smtpd
