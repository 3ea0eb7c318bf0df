#include "smtpd/order.h"

#include <type_traits>
#include <variant>

#include "smtpd/replies.h"

namespace pillarbox::smtpd {
namespace {

using Refusal = std::optional<Reply>;
constexpr std::nullopt_t allowed = std::nullopt;

// RFC 3207 §4: what remains possible where TLS is required and not there yet.
bool is_allowed_before_tls(const smtp::Command& command) {
  return std::holds_alternative<smtp::Noop>(command) || std::holds_alternative<smtp::Ehlo>(command) ||
         std::holds_alternative<smtp::StartTls>(command) || std::holds_alternative<smtp::Quit>(command);
}

struct Order {
  const State& state;
  const Listener& listener;
  const Settings& settings;

  // Those that may always come.
  template <class T>
  Refusal operator()(const T&) const {
    return allowed;
  }

  Refusal operator()(const smtp::NotOffered&) const { return replies::not_offered(); }

  Refusal operator()(const smtp::Mail& mail) const {
    if (state.greeting == State::Greeting::none) return replies::hello_first();
    if (listener.auth == config::AuthMode::required && state.login.empty()) return replies::login_first();
    if (state.transaction) return replies::nested_mail();
    if (state.messages >= settings.max_messages) return replies::too_many_messages();
    if (mail.size.value_or(0) > settings.max_message_size) return replies::message_too_large();
    return allowed;
  }

  Refusal operator()(const smtp::Rcpt&) const {
    if (!state.transaction) return replies::mail_first();
    if (state.transaction->reception) return replies::data_after_bdat();
    if (state.transaction->recipients.size() >= settings.max_recipients)
      return replies::too_many_recipients();
    return allowed;
  }

  Refusal operator()(const smtp::Data&) const {
    if (auto refusal = refuse_message()) return refusal;
    if (state.transaction->reception) return replies::data_after_bdat();
    if (state.transaction->mail.body == smtp::BodyType::binary_mime) return replies::binary_needs_bdat();
    return allowed;
  }

  Refusal operator()(const smtp::Bdat&) const { return refuse_message(); }

  Refusal operator()(const smtp::StartTls&) const {
    if (state.is_tls) return replies::tls_already();
    if (!offers_starttls(state, listener)) return replies::not_offered();
    return allowed;
  }

  Refusal operator()(const smtp::Auth&) const {
    if (listener.auth == config::AuthMode::none) return replies::not_offered();
    if (!state.login.empty()) return replies::logged_in_already();
    if (state.transaction) return replies::not_in_transaction();  // RFC 4954 §4
    if (!offers_auth(state, listener)) {
      return offers_starttls(state, listener) ? replies::encrypt_first() : replies::not_offered();
    }
    if (state.greeting != State::Greeting::ehlo) return replies::ehlo_first();
    return allowed;
  }

  Refusal refuse_message() const {
    if (!state.transaction) return replies::mail_first();
    if (!state.transaction->recipients.empty()) return allowed;
    return state.transaction->was_recipient_refused ? replies::no_valid_recipients()
                                                    : replies::recipient_first();
  }
};

}  // namespace

bool offers_starttls(const State& state, const Listener& listener) {
  return !state.is_tls &&
         (listener.tls == config::TlsMode::opportunistic || listener.tls == config::TlsMode::required);
}

bool offers_auth(const State& state, const Listener& listener) {
  return listener.auth != config::AuthMode::none && state.login.empty() &&
         (state.is_tls || listener.allows_plaintext_auth);
}

std::optional<Reply> refuse(const smtp::Command& command, const State& state, const Listener& listener,
                            const Settings& settings) {
  if (listener.tls == config::TlsMode::required && !state.is_tls && !is_allowed_before_tls(command)) {
    return replies::starttls_first();
  }
  return std::visit(Order{state, listener, settings}, command);
}

}  // namespace pillarbox::smtpd
