// AUTH (RFC 4954), the client's side.
#include <fmt/format.h>

#include "base/text.h"
#include "crypto/random.h"
#include "relay/limits.h"
#include "relay/sasl_client.h"
#include "relay/session.h"

namespace pillarbox::relay {
namespace {

// RFC 4954 §4: "=" is an empty one.
std::string encoded(const std::string& response) { return response.empty() ? "=" : base64_encode(response); }

std::optional<std::string> challenge_of(const smtp::Reply& reply) {
  const std::string_view text = trim(reply.text);
  return base64_decode(text == "=" ? "" : text);
}

Trouble trouble(std::string_view status, std::string_view text) {
  return {.status = std::string(status), .diagnostic = one_line(text)};
}

}  // namespace

Task<std::optional<Trouble>> Session::log_in() {
  // In the clear a password goes only where the administrator wrote that there shall be no TLS.
  const bool is_safe = wire_.stream().tls() || target_.tls == TlsPolicy::never;
  const auto tried =
      mechanisms_to_try(capabilities_.mechanisms, is_safe ? Secrecy::encrypted : Secrecy::in_the_clear);
  if (tried.empty()) co_return trouble("4.7.0", "it offers no way to log in that we could use");
  for (const std::string_view mechanism : tried) {
    const auto login = co_await log_in_with(mechanism);
    if (!login) co_return login.error();
    if (*login == Login::done) co_return std::nullopt;
  }
  co_return trouble("4.7.0", "it offers ways to log in and takes none of them");
}

Task<std::expected<Session::Login, Trouble>> Session::log_in_with(std::string_view mechanism) {
  const auto client =
      make_sasl_client(mechanism, *target_.credentials, base64_encode(crypto::random_bytes(18)));
  const auto first = client->first();
  wire_.send(first ? fmt::format("AUTH {} {}\r\n", mechanism, encoded(*first))
                   : fmt::format("AUTH {}\r\n", mechanism));
  std::optional<std::string> cancelled;  // why we did
  for (unsigned round = 0; round < limits::sasl_rounds; ++round) {
    const auto reply = co_await wire_.reply(settings().command_timeout);
    is_broken_ = !reply;
    if (!reply) co_return std::unexpected(trouble_of(reply.error(), "AUTH"));
    if (reply->code == 235) {
      if (client->is_satisfied() && !cancelled) co_return Login::done;
      co_return std::unexpected(trouble("4.7.0", fmt::format("{}: it didn't prove who it is", mechanism)));
    }
    if (reply->code != 334) {
      if (cancelled) co_return std::unexpected(trouble("4.7.0", *cancelled));
      // 504 and the like: this mechanism isn't for us. 535 is the password, which doesn't get better by
      // repeating it; nor does 454 by asking at once.
      const bool is_mechanism = reply->code == 500 || reply->code == 501 || reply->code == 502 ||
                                reply->code == 504 || reply->code == 534 || reply->code == 538;
      if (is_mechanism) co_return Login::try_another;
      co_return std::unexpected(trouble_of(*reply, "AUTH"));
    }
    if (cancelled) break;
    const auto challenge = challenge_of(*reply);
    const auto answer = challenge
                            ? client->answer(*challenge)
                            : std::unexpected(fmt::format("{}: a challenge that isn't base64", mechanism));
    if (!answer) cancelled = answer.error();
    wire_.send(answer ? base64_encode(*answer) + "\r\n" : "*\r\n");
  }
  is_broken_ = true;
  co_return std::unexpected(trouble("4.7.0", fmt::format("{}: it never ends", mechanism)));
}

}  // namespace pillarbox::relay
