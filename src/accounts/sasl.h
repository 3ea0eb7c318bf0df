// The server's side of a SASL exchange (RFC 4422): PLAIN (RFC 4616) and LOGIN, which has no RFC but many
// clients. Pure: the doors carry the lines.
//
// Names and passwords are taken as the bytes that were sent, without SASLprep (RFC 4616 §2 leaves that open):
// the hashes that people bring along were made of such bytes too. NUL is refused, as crypt(3) would end the
// password there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "accounts/accounts.h"

namespace pillarbox::accounts {

enum class SaslFailure : std::uint8_t {
  cancelled,  // the client sent "*"
  malformed,  // no base64, a wrong number of fields, an empty name or password, or one beyond
              // accounts/limits.h
};

// What to send to the client: base64, "" for an empty challenge.
struct SaslChallenge {
  std::string base64;
};

using SaslStep = std::variant<SaslChallenge, PasswordLogin, SaslFailure>;

class SaslExchange {
 public:
  // What capabilities announce, in the order of preference.
  static constexpr std::string_view mechanisms[] = {"PLAIN", "LOGIN"};

  // By the mechanism's name, without case; nothing if there is none of that name.
  static std::optional<SaslExchange> begin(std::string_view mechanism);

  // `initial_response`: in base64 as it was sent with the command, "=" for an empty one (RFC 4954 §4, RFC
  // 4959 §3).
  SaslStep start(std::optional<std::string_view> initial_response);

  // The client's next line, without its end. Requires: the last step was a challenge.
  SaslStep answer(std::string_view line);

 private:
  enum class State : std::uint8_t { plain, login_name, login_password };
  explicit SaslExchange(State state) : state_(state) {}
  SaslStep take(std::string_view base64);
  SaslStep take_plain(std::string_view message) const;
  SaslStep take_login(std::string_view message);

  State state_;
  std::string name_;  // LOGIN's, while the password is awaited
};

}  // namespace pillarbox::accounts
