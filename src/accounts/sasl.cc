#include "accounts/sasl.h"

#include "accounts/limits.h"
#include "base/text.h"
#include "crypto/secret.h"

namespace pillarbox::accounts {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::login_bytes && !text.contains('\0');
}

bool is_password(std::string_view text) {
  return !text.empty() && text.size() <= limits::password_bytes && !text.contains('\0');
}

// Some clients look at these texts.
SaslChallenge ask_name() { return {base64_encode("Username:")}; }
SaslChallenge ask_password() { return {base64_encode("Password:")}; }

}  // namespace

std::optional<SaslExchange> SaslExchange::begin(std::string_view mechanism) {
  if (equals_ignoring_case(mechanism, "PLAIN")) return SaslExchange(State::plain);
  if (equals_ignoring_case(mechanism, "LOGIN")) return SaslExchange(State::login_name);
  return std::nullopt;
}

SaslStep SaslExchange::start(std::optional<std::string_view> initial_response) {
  if (initial_response) return take(*initial_response == "=" ? "" : *initial_response);
  if (state_ == State::plain) return SaslChallenge{};
  return ask_name();
}

SaslStep SaslExchange::answer(std::string_view line) {
  if (line == "*") return SaslFailure::cancelled;
  return take(line);
}

SaslStep SaslExchange::take(std::string_view base64) {
  auto message = base64_decode(base64);
  if (!message) return SaslFailure::malformed;
  const crypto::Wiper wiper(*message);
  return state_ == State::plain ? take_plain(*message) : take_login(*message);
}

// [authzid] NUL authcid NUL passwd: RFC 4616 §2.
SaslStep SaslExchange::take_plain(std::string_view message) const {
  const auto parts = split(message, '\0');
  if (parts.size() != 3 || !is_name(parts[1]) || !is_password(parts[2])) return SaslFailure::malformed;
  if (!parts[0].empty() && !is_name(parts[0])) return SaslFailure::malformed;
  return PasswordLogin{.authorization = std::string(parts[0]),
                       .authentication = std::string(parts[1]),
                       .password = std::string(parts[2])};
}

SaslStep SaslExchange::take_login(std::string_view message) {
  if (state_ == State::login_name) {
    if (!is_name(message)) return SaslFailure::malformed;
    name_ = message;
    state_ = State::login_password;
    return ask_password();
  }
  if (!is_password(message)) return SaslFailure::malformed;
  return PasswordLogin{.authorization = "", .authentication = name_, .password = std::string(message)};
}

}  // namespace pillarbox::accounts
