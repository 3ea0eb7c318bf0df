// Password hashes as user lists store them: read strictly, verified, made.
//
// Read: crypt(3)'s $1$, $2a$ $2b$ $2y$, $5$, $6$, $y$, and $argon2id$; each bare or behind its {SCHEME}:
// {MD5-CRYPT}, {BLF-CRYPT}, {SHA256-CRYPT}, {SHA512-CRYPT}, {CRYPT} for all of crypt(3), {ARGON2ID}; and
// {PLAIN}, the password itself.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::crypto {

enum class PasswordScheme : std::uint8_t {
  plain,
  md5_crypt,
  bcrypt,
  sha256_crypt,
  sha512_crypt,
  yescrypt,
  argon2id
};

std::string_view name_of(PasswordScheme scheme);  // "sha512-crypt"

// What `pillarbox hash -s` takes: "yescrypt", "argon2id", "bcrypt", "sha512-crypt", "sha256-crypt"; Dovecot's
// names too. The old and the plain are verified but never made.
std::optional<PasswordScheme> scheme_to_make(std::string_view name);
std::vector<std::string_view> names_of_schemes_to_make();

// A stored hash that is well-formed and not beyond what a check may cost (256 MiB, some seconds).
class PasswordHash {
 public:
  // The error says what is wrong, without repeating the hash: "scheme {SSHA} isn't supported".
  static std::expected<PasswordHash, std::string> parse(std::string_view stored);

  PasswordScheme scheme() const { return scheme_; }
  // What the time of a check depends on: hashes with the same are checked in the same time.
  // "$6$rounds=5000$".
  const std::string& cost() const { return cost_; }

  // Takes milliseconds to seconds, on purpose: for a worker thread. A password with a NUL never matches.
  bool matches(std::string_view password) const;

 private:
  PasswordHash(PasswordScheme scheme, std::string cost, std::string hash)
      : scheme_(scheme), cost_(std::move(cost)), hash_(std::move(hash)) {}

  PasswordScheme scheme_;
  std::string cost_;
  std::string hash_;  // without {SCHEME}
};

// The default. Memory-hard like argon2id, but known to crypt(3) of every current Linux: so the same user list
// serves OpenSMTPD, Dovecot, PAM and us, and whoever leaves takes it along.
inline constexpr PasswordScheme default_scheme = PasswordScheme::yescrypt;

// A new hash with a salt of its own, as it goes into a user list. Requires: the scheme is one to make, the
// password has no NUL.
std::string make_password_hash(PasswordScheme scheme, std::string_view password);

}  // namespace pillarbox::crypto
