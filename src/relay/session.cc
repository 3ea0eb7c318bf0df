#include "relay/session.h"

#include <algorithm>

#include "base/log.h"
#include "relay/fitness.h"
#include "relay/limits.h"
#include "relay/transaction.h"

namespace pillarbox::relay {

using Opened = std::expected<std::unique_ptr<Session>, Trouble>;

Task<Opened> Session::open(Target target, const Services& services) {
  Opened opened = co_await open_once(target, services);
  const bool may_do_without = target.tls == TlsPolicy::opportunistic && !target.is_implicit_tls;
  if (opened || opened.error().kind != Trouble::Kind::tls || !may_do_without) co_return opened;
  log::info("relay", "{}: {}; going on without TLS", target.text(), opened.error().diagnostic);
  Target plain = target;
  plain.tls = TlsPolicy::never;
  co_return co_await open_once(std::move(plain), services);
}

Task<Opened> Session::open_once(Target target, const Services& services) {
  std::expected<std::unique_ptr<net::Stream>, std::string> stream;
  try {
    stream = co_await services.connector.connect(target.where, services.settings.connect_timeout);
  } catch (const net::ConversationOver&) {
    co_return std::unexpected(trouble_of(Broken{.why = Broken::Why::shut_down}, "connecting"));
  }
  if (!stream) co_return std::unexpected(Trouble{.status = "4.4.1", .diagnostic = one_line(stream.error())});
  if (target.helo_of) {
    const auto local = (*stream)->local().ip();
    const auto name = local ? target.helo_of(*local) : Lookup<std::string>();
    if (!name) co_return std::unexpected(Trouble{.status = "4.3.0", .diagnostic = one_line(name.error())});
    if (*name) target.helo = **name;
  }
  std::unique_ptr<Session> session(new Session(std::move(target), *std::move(stream), services));
  MaybeTrouble trouble = co_await session->introduce();
  if (!trouble) co_return session;
  // What ends here ended politely if there is somebody to be polite to.
  if (!session->is_broken_) co_await session->quit();
  co_return std::unexpected(*std::move(trouble));
}

Task<std::optional<Trouble>> Session::introduce() {
  MaybeTrouble trouble;
  if (target_.is_implicit_tls) trouble = co_await shake_hands();
  if (!trouble) trouble = co_await hear_greeting();
  if (!trouble) trouble = co_await say_hello();
  if (!trouble && !target_.is_implicit_tls && target_.tls != TlsPolicy::never) trouble = co_await start_tls();
  if (!trouble && target_.credentials) trouble = co_await log_in();
  co_return trouble;
}

Task<std::optional<Trouble>> Session::hear_greeting() {
  const auto greeting = co_await wire_.reply(settings().greeting_timeout);
  is_broken_ = !greeting;
  if (!greeting) co_return trouble_of(greeting.error(), "waiting for the greeting");
  if (greeting->code != 220) co_return trouble_of(*greeting, "the connection");
  co_return std::nullopt;
}

Task<std::optional<Trouble>> Session::say_hello() {
  capabilities_ = {};
  const std::string_view verb = is_lmtp() ? "LHLO" : "EHLO";
  wire_.send(std::string(verb) + " " + target_.helo + "\r\n");
  auto reply = co_await wire_.reply(settings().command_timeout);
  is_broken_ = !reply;
  if (!reply) co_return trouble_of(reply.error(), verb);
  if (reply->code == 250) {
    capabilities_ = smtp::capabilities_of(*reply);
    co_return std::nullopt;
  }
  // RFC 5321 §3.2: a server of the old kind. It knows no extension, so where one is needed this says enough.
  if (reply->code < 500 || reply->code == 521 || is_lmtp()) co_return trouble_of(*reply, verb);
  wire_.send("HELO " + target_.helo + "\r\n");
  reply = co_await wire_.reply(settings().command_timeout);
  is_broken_ = !reply;
  if (!reply) co_return trouble_of(reply.error(), "HELO");
  if (reply->code != 250) co_return trouble_of(*reply, "HELO");
  co_return std::nullopt;
}

Task<std::optional<Trouble>> Session::start_tls() {
  const bool is_required = target_.tls != TlsPolicy::opportunistic;
  if (!capabilities_.has_starttls) {
    if (!is_required) co_return std::nullopt;
    co_return Trouble{.status = "4.7.4", .diagnostic = "TLS is required and it doesn't offer it"};
  }
  wire_.send("STARTTLS\r\n");
  const auto reply = co_await wire_.reply(settings().command_timeout);
  is_broken_ = !reply;
  if (!reply) co_return trouble_of(reply.error(), "STARTTLS");
  if (reply->code != 220) {
    if (is_required || reply->code == 421) co_return trouble_of(*reply, "STARTTLS");
    co_return std::nullopt;  // it can't just now (RFC 3207 §4): better in the clear than not at all
  }
  if (auto trouble = co_await shake_hands()) co_return trouble;
  // RFC 3207 §4.2: whatever was said before the handshake, anybody could have said.
  co_return co_await say_hello();
}

Task<std::optional<Trouble>> Session::shake_hands() {
  using Verify = net::TlsPeer::Verify;
  const auto verify = target_.tls == TlsPolicy::required ? Verify::yes : Verify::no;
  const auto done = co_await wire_.start_tls(*target_.tls_client, {.name = target_.name, .verify = verify},
                                             settings().command_timeout);
  is_broken_ = !done;
  if (done) co_return std::nullopt;
  auto trouble = trouble_of(done.error(), "the TLS handshake");
  // A server that hangs up or falls silent in a handshake is no better than one that refuses it.
  if (trouble.kind == Trouble::Kind::other) trouble.kind = Trouble::Kind::tls;
  co_return trouble;
}

Task<Report> Session::send(std::shared_ptr<const Job> job) {
  Report report;
  report.outcomes.resize(job->recipients.size());
  const Fitness fitness = co_await judge(*job, *this);
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < job->recipients.size(); ++i) {
    report.outcomes[i] = fitness.refusals[i];
    if (!report.outcomes[i]) left.push_back(i);
  }
  report.was_heard = left.empty();
  while (!left.empty() && is_usable()) {
    Transaction transaction(*this, *job, fitness, report);
    left = co_await transaction.run(std::move(left));
    ++messages_;
  }
  co_return report;
}

bool Session::is_usable() const {
  const std::uint64_t most = capabilities_.mail_max.value_or(settings().max_messages);
  return !is_broken_ && messages_ < std::min<std::uint64_t>(most, settings().max_messages);
}

Task<void> Session::quit() {
  if (is_broken_) co_return;
  is_broken_ = true;
  wire_.send("QUIT\r\n");
  // The answer tells nothing; but who closes before it is sent may be counted as rude (RFC 5321 §4.1.1.10).
  [[maybe_unused]] const auto answer = co_await wire_.reply(limits::farewell);
}

}  // namespace pillarbox::relay
