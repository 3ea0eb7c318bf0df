// AUTHENTICATE, RFC 3501 §6.2.2, RFC 4959.
#include "accounts/sasl.h"
#include "base/text.h"
#include "imapd/handlers.h"
#include "imapd/login.h"

namespace pillarbox::imapd {

namespace {

constexpr std::uint32_t longest_answer = 12 << 10;  // as SMTP has it, RFC 4954 §4

accounts::SaslStep begin(accounts::SaslExchange& exchange,
                         const std::optional<std::string>& initial_response) {
  if (!initial_response) return exchange.start(std::nullopt);
  return exchange.start(initial_response->empty() ? "=" : base64_encode(*initial_response));
}

}  // namespace

Task<Completion> authenticate(Session& session, const imap::Authenticate& command, Responses& out) {
  auto exchange = accounts::SaslExchange::begin(command.mechanism);
  if (!exchange) co_return no(imap::codes::cannot, "That mechanism isn't known here");
  accounts::SaslStep step = begin(*exchange, command.initial_response);
  while (const auto* challenge = std::get_if<accounts::SaslChallenge>(&step)) {
    imap::write_continuation(out.text(), challenge->base64);
    session.input().reader().expect_line(longest_answer);
    const imap::Event event = co_await session.input().next();
    const auto* line = std::get_if<imap::event::Line>(&event);
    if (line == nullptr) co_return session.not_a_line(event, "That answer is too long");
    step = exchange->answer(line->text);
  }
  if (auto* login = std::get_if<accounts::PasswordLogin>(&step)) {
    co_return co_await admit(session, std::move(*login), out);
  }
  if (std::get<accounts::SaslFailure>(step) == accounts::SaslFailure::cancelled) {
    co_return bad("AUTHENTICATE was cancelled");
  }
  co_return refuse_login(session, no(imap::codes::authentication_failed, "That answer makes no sense"), out);
}

}  // namespace pillarbox::imapd
