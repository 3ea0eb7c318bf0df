#include "smtpd/order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "smtpd/replies.h"

namespace pillarbox::smtpd {
namespace {

using smtp::parse_command;

State fresh() { return {}; }
State after_helo() { return {.greeting = State::Greeting::helo}; }
State after_ehlo() { return {.greeting = State::Greeting::ehlo}; }
State over_tls() { return {.greeting = State::Greeting::ehlo, .is_tls = true}; }
State logged_in() { return {.greeting = State::Greeting::ehlo, .is_tls = true, .login = "anna"}; }

State after_mail(smtp::BodyType body = smtp::BodyType::seven_bit) {
  State state = after_ehlo();
  state.transaction.emplace().mail.body = body;
  return state;
}
State after_refused_rcpt() {
  State state = after_mail();
  state.transaction->was_recipient_refused = true;
  return state;
}
State after_rcpt(smtp::BodyType body = smtp::BodyType::seven_bit, std::size_t recipients = 1) {
  State state = after_mail(body);
  state.transaction->recipients.resize(recipients);
  return state;
}
State after_bdat() {
  State state = after_rcpt();
  state.transaction->reception = std::make_unique<Reception>(nullptr, Reception::Options{});
  return state;
}

struct Case {
  std::string command;
  State state;
  int code;  // 0: it may come
};

void check(std::vector<Case> cases, const Listener& listener) {
  const Settings settings;
  for (const auto& c : cases) {
    const auto command = parse_command(c.command);
    ASSERT_TRUE(command) << c.command;
    const auto refusal = refuse(*command, c.state, listener, settings);
    EXPECT_EQ(refusal ? refusal->code : 0, c.code) << c.command;
  }
}

std::vector<Case> list(auto&&... cases) {
  std::vector<Case> result;
  (result.push_back(std::forward<decltype(cases)>(cases)), ...);
  return result;
}

TEST(Order, OfATransaction) {
  check(
      list(Case{"MAIL FROM:<a@b.example>", fresh(), 503},  //
           Case{"MAIL FROM:<a@b.example>", after_helo(), 0}, Case{"MAIL FROM:<a@b.example>", after_ehlo(), 0},
           Case{"MAIL FROM:<a@b.example>", after_mail(), 503},
           Case{"MAIL FROM:<a@b.example>", after_bdat(), 503},
           Case{"MAIL FROM:<a@b.example> SIZE=52428800", after_ehlo(), 0},
           Case{"MAIL FROM:<a@b.example> SIZE=52428801", after_ehlo(), 552},
           Case{"RCPT TO:<a@b.example>", fresh(), 503}, Case{"RCPT TO:<a@b.example>", after_ehlo(), 503},
           Case{"RCPT TO:<a@b.example>", after_mail(), 0}, Case{"RCPT TO:<a@b.example>", after_rcpt(), 0},
           Case{"RCPT TO:<a@b.example>", after_rcpt(smtp::BodyType::seven_bit, 999), 0},
           Case{"RCPT TO:<a@b.example>", after_rcpt(smtp::BodyType::seven_bit, 1000), 452},
           Case{"RCPT TO:<a@b.example>", after_bdat(), 503},  //
           Case{"DATA", fresh(), 503}, Case{"DATA", after_ehlo(), 503}, Case{"DATA", after_mail(), 503},
           Case{"DATA", after_refused_rcpt(), 554}, Case{"DATA", after_rcpt(), 0},
           Case{"DATA", after_bdat(), 503}, Case{"DATA", after_rcpt(smtp::BodyType::eight_bit_mime), 0},
           Case{"DATA", after_rcpt(smtp::BodyType::binary_mime), 503},  //
           Case{"BDAT 1", fresh(), 503}, Case{"BDAT 1", after_mail(), 503},
           Case{"BDAT 1", after_refused_rcpt(), 554}, Case{"BDAT 1", after_rcpt(), 0},
           Case{"BDAT 1", after_bdat(), 0}, Case{"BDAT 1", after_rcpt(smtp::BodyType::binary_mime), 0}),
      Listener{});
}

TEST(Order, AlwaysAllowsWhatChangesNothing) {
  for (const auto* command : {"NOOP", "RSET", "QUIT", "HELP", "VRFY x", "EXPN x", "EHLO x", "HELO x"}) {
    check(list(Case{command, fresh(), 0}, Case{command, after_rcpt(), 0}, Case{command, logged_in(), 0}),
          Listener{});
  }
  check(list(Case{"ETRN x", after_ehlo(), 502}), Listener{});
}

TEST(Order, OfMessagesInASession) {
  State state = after_ehlo();
  state.messages = 99;
  check(list(Case{"MAIL FROM:<>", std::move(state), 0}), Listener{});
  State last = after_ehlo();
  last.messages = 100;
  check(list(Case{"MAIL FROM:<>", std::move(last), 421}), Listener{});
}

TEST(Order, OfStartTls) {
  Listener with_tls;
  with_tls.tls = config::TlsMode::opportunistic;
  check(list(Case{"STARTTLS", fresh(), 0}, Case{"STARTTLS", after_ehlo(), 0},
             Case{"STARTTLS", over_tls(), 503}, Case{"MAIL FROM:<>", after_ehlo(), 0}),
        with_tls);
  check(list(Case{"STARTTLS", after_ehlo(), 502}), Listener{});
  Listener smtps;
  smtps.tls = config::TlsMode::implicit;
  check(list(Case{"STARTTLS", over_tls(), 503}), smtps);
}

TEST(Order, WhereTlsIsRequired) {
  Listener strict;
  strict.tls = config::TlsMode::required;
  strict.auth = config::AuthMode::optional;
  for (const auto* command :
       {"MAIL FROM:<>", "AUTH PLAIN", "VRFY x", "RSET", "HELO x", "HELP", "DATA", "BDAT 1"}) {
    check(list(Case{command, after_ehlo(), 530}), strict);
  }
  for (const auto* command : {"NOOP", "EHLO x", "STARTTLS", "QUIT"})
    check(list(Case{command, after_ehlo(), 0}), strict);
  check(list(Case{"MAIL FROM:<>", over_tls(), 0}), strict);
}

TEST(Order, OfAuth) {
  Listener submission;
  submission.flavour = Listener::Flavour::submission;
  submission.tls = config::TlsMode::opportunistic;
  submission.auth = config::AuthMode::required;
  State in_transaction = over_tls();
  in_transaction.transaction.emplace();
  State tls_without_ehlo{.is_tls = true};
  check(list(Case{"AUTH PLAIN", after_ehlo(), 538}, Case{"AUTH PLAIN", over_tls(), 0},
             Case{"AUTH PLAIN", std::move(tls_without_ehlo), 503}, Case{"AUTH PLAIN", logged_in(), 503},
             Case{"AUTH PLAIN", std::move(in_transaction), 503}, Case{"MAIL FROM:<>", over_tls(), 530},
             Case{"MAIL FROM:<>", logged_in(), 0}, Case{"VRFY x", over_tls(), 0}),
        submission);
  check(list(Case{"AUTH PLAIN", over_tls(), 502}), Listener{});

  Listener without_tls;
  without_tls.auth = config::AuthMode::optional;
  check(list(Case{"AUTH PLAIN", after_ehlo(), 502}, Case{"MAIL FROM:<>", after_ehlo(), 0}), without_tls);
  without_tls.allows_plaintext_auth = true;
  check(list(Case{"AUTH PLAIN", after_ehlo(), 0}, Case{"AUTH PLAIN", after_helo(), 503}), without_tls);
}

}  // namespace
}  // namespace pillarbox::smtpd
