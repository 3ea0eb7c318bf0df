// LOGIN and AUTHENTICATE: RFC 3501 §6.2, RFC 4959.
#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {

Parsed<Command> decode_login(Arguments& arguments, Numbers) {
  Login login;
  TRY(arguments.space());
  login.user = TRY(arguments.astring());
  TRY(arguments.space());
  login.password = TRY(arguments.astring());
  return login;
}

Parsed<Command> decode_authenticate(Arguments& arguments, Numbers) {
  Authenticate authenticate;
  TRY(arguments.space());
  authenticate.mechanism = to_ascii_upper(TRY(arguments.atom()));
  if (arguments.at_end()) return authenticate;

  TRY(arguments.space());
  const auto response = TRY(arguments.atom());
  if (response == "=") {
    authenticate.initial_response = "";
    return authenticate;
  }
  authenticate.initial_response = base64_decode(response);
  if (!authenticate.initial_response) return std::unexpected(SyntaxError::bad_base64);
  return authenticate;
}

}  // namespace pillarbox::imap
