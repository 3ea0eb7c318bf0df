// EHLO and HELO: RFC 5321 §4.1.1.1.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "accounts/sasl.h"
#include "smtpd/order.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

// A greeting starts everything over that a transaction knows (RFC 5321 §4.1.4).
void Session::greeted(State::Greeting greeting, const std::string& client_name) {
  state_.transaction.reset();
  state_.greeting = greeting;
  state_.client_name = client_name;
}

Task<Reply> Session::on(const smtp::Ehlo& command) {
  greeted(State::Greeting::ehlo, command.client);
  co_return replies::hello(capabilities());
}

Task<Reply> Session::on(const smtp::Helo& command) {
  greeted(State::Greeting::helo, command.client);
  co_return replies::hello(hostname_);
}

std::string Session::capabilities() const {
  std::string text = hostname_;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\nPIPELINING\nSIZE {}\n8BITMIME\nBINARYMIME\nCHUNKING\nSMTPUTF8\nENHANCEDSTATUSCODES",
                 settings_.max_message_size);
  if (offers_starttls(state_, listener_)) text += "\nSTARTTLS";
  if (offers_auth(state_, listener_)) {
    fmt::format_to(out, "\nAUTH {}", fmt::join(accounts::SaslExchange::mechanisms, " "));
  }
  fmt::format_to(out, "\nLIMITS MAILMAX={} RCPTMAX={}\nHELP", settings_.max_messages,
                 settings_.max_recipients);
  return text;
}

}  // namespace pillarbox::smtpd
