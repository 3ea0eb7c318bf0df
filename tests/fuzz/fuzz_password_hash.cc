// links: crypto
// Stored password hashes: read or refused, and what is read in a cheap scheme is checked, which must not
// match.
#include "base/try.h"
#include "crypto/password_hash.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::crypto;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto hash = PasswordHash::parse(text);
  if (!hash) {
    ASSERT(!hash.error().empty() && hash.error().size() < 200);
    return 0;
  }
  ASSERT(size <= 1040);
  const bool is_cheap = hash->scheme() == PasswordScheme::plain ||
                        hash->scheme() == PasswordScheme::md5_crypt || hash->cost() == "$2y$04$" ||
                        hash->cost().starts_with("$5$rounds=1000$");
  if (is_cheap) ASSERT(!hash->matches("a password that no corpus has"));
  return 0;
}
