#include "crypto/password_hash.h"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "base/try.h"
#include "crypto/argon2_hash.h"
#include "crypto/password_grammar.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace pillarbox::crypto {
namespace {

struct SchemeName {
  std::string_view name;
  PasswordScheme scheme;
};
// The first name of each is shown in help.
constexpr SchemeName schemes_to_make[] = {
    {"yescrypt", PasswordScheme::yescrypt},
    {"argon2id", PasswordScheme::argon2id},
    {"bcrypt", PasswordScheme::bcrypt},
    {"sha512-crypt", PasswordScheme::sha512_crypt},
    {"sha256-crypt", PasswordScheme::sha256_crypt},
    {"blf-crypt", PasswordScheme::bcrypt},
};
constexpr std::size_t schemes_shown = 5;

// crypt(3) with its 32 KiB of state wiped afterwards; "" if it can't.
std::string run_crypt(std::string_view password, const std::string& setting) {
  std::string phrase(password);
  const Wiper phrase_wiper(phrase);
  std::string state(sizeof(crypt_data), '\0');
  const Wiper state_wiper(state);
  const char* result =
      crypt_rn(phrase.c_str(), setting.c_str(), state.data(), static_cast<int>(state.size()));
  return result == nullptr ? "" : result;
}

const char* crypt_prefix(PasswordScheme scheme) {
  switch (scheme) {
    case PasswordScheme::bcrypt: return "$2y$";
    case PasswordScheme::sha256_crypt: return "$5$";
    case PasswordScheme::sha512_crypt: return "$6$";
    case PasswordScheme::yescrypt: return "$y$";
    default: return nullptr;
  }
}

// crypt(5)'s defaults are from its authors' time where they are too low for ours; 0 takes them.
unsigned long crypt_cost(PasswordScheme scheme) {
  switch (scheme) {
    case PasswordScheme::bcrypt: return 11;
    case PasswordScheme::sha256_crypt:
    case PasswordScheme::sha512_crypt: return 100'000;
    default: return 0;
  }
}

}  // namespace

std::string_view name_of(PasswordScheme scheme) {
  switch (scheme) {
    case PasswordScheme::plain: return "plain";
    case PasswordScheme::md5_crypt: return "md5-crypt";
    case PasswordScheme::bcrypt: return "bcrypt";
    case PasswordScheme::sha256_crypt: return "sha256-crypt";
    case PasswordScheme::sha512_crypt: return "sha512-crypt";
    case PasswordScheme::yescrypt: return "yescrypt";
    case PasswordScheme::argon2id: return "argon2id";
  }
  return "";
}

std::optional<PasswordScheme> scheme_to_make(std::string_view name) {
  for (const auto& known : schemes_to_make) {
    if (equals_ignoring_case(known.name, name)) return known.scheme;
  }
  return std::nullopt;
}

std::vector<std::string_view> names_of_schemes_to_make() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < schemes_shown; ++i) names.push_back(schemes_to_make[i].name);
  return names;
}

std::expected<PasswordHash, std::string> PasswordHash::parse(std::string_view stored) {
  auto read = TRY(read_password_hash(stored));
  return PasswordHash(read.scheme, std::move(read.cost), std::move(read.hash));
}

bool PasswordHash::matches(std::string_view password) const {
  if (password.contains('\0')) return false;  // crypt(3) would take what stands before it for the whole
  switch (scheme_) {
    case PasswordScheme::plain: return equals_in_constant_time(password, hash_);
    case PasswordScheme::argon2id: return argon2id_matches(hash_, password);
    default: return equals_in_constant_time(run_crypt(password, hash_), hash_);
  }
}

std::string make_password_hash(PasswordScheme scheme, std::string_view password) {
  ASSERT(!password.contains('\0'));
  if (scheme == PasswordScheme::argon2id) return make_argon2id(password);
  const char* prefix = crypt_prefix(scheme);
  ASSERT(prefix != nullptr);
  const std::string random = random_bytes(16);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  ASSERT(crypt_gensalt_rn(prefix, crypt_cost(scheme), random.data(), static_cast<int>(random.size()),
                          setting.data(), static_cast<int>(setting.size())) != nullptr);
  std::string hash = run_crypt(password, setting.data());
  ASSERT(hash.starts_with(prefix));
  return hash;
}

}  // namespace pillarbox::crypto
