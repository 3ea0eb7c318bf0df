// links: accounts
// SASL exchanges (RFC 4616): the first line names the mechanism, the others are what the client sends. What
// comes out is a login within the limits, or nothing.
#include "accounts/limits.h"
#include "accounts/sasl.h"
#include "base/text.h"
#include "base/try.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox;
  const auto lines = split({reinterpret_cast<const char*>(data), size}, '\n');
  auto exchange = accounts::SaslExchange::begin(lines[0]);
  if (!exchange) return 0;
  auto step =
      lines.size() > 1 && !lines[1].empty() ? exchange->start(lines[1]) : exchange->start(std::nullopt);
  for (std::size_t i = 2; i < lines.size() && std::holds_alternative<accounts::SaslChallenge>(step); ++i) {
    ASSERT(i < 5);  // no mechanism asks more than twice
    step = exchange->answer(lines[i]);
  }
  if (const auto* login = std::get_if<accounts::PasswordLogin>(&step)) {
    ASSERT(!login->authentication.empty() && login->authentication.size() <= accounts::limits::login_bytes);
    ASSERT(!login->password.empty() && login->password.size() <= accounts::limits::password_bytes);
    ASSERT(!login->password.contains('\0') && !login->authentication.contains('\0'));
  }
  return 0;
}
