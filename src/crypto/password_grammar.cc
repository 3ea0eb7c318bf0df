#include "crypto/password_grammar.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/try.h"
#include "crypto/argon2_hash.h"

namespace pillarbox::crypto {
namespace {

using Read = std::expected<ReadHash, std::string>;

constexpr std::size_t most_stored_bytes = 1024 + 16;  // {PLAIN} and the longest password
constexpr unsigned most_bcrypt_cost = 16;             // some four seconds
constexpr std::uint64_t most_sha_rounds = 5'000'000;  // likewise
constexpr std::uint64_t most_yescrypt_bytes = 256 * 1024 * 1024;

// crypt(3)'s own base64, digits of value 0 to 63 in this order.
constexpr std::string_view crypt_digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool are_crypt_digits(std::string_view text) {
  return text.find_first_not_of(crypt_digits) == std::string_view::npos;
}

std::unexpected<std::string> malformed(std::string_view what) {
  return std::unexpected("malformed " + std::string(what) + " hash");
}

// $1$SALT$HASH
Read read_md5_crypt(std::string_view text) {
  const auto parts = split(text.substr(3), '$');
  if (parts.size() != 2 || parts[0].size() > 8 || parts[1].size() != 22) return malformed("MD5-CRYPT");
  if (!are_crypt_digits(parts[0]) || !are_crypt_digits(parts[1])) return malformed("MD5-CRYPT");
  return ReadHash{PasswordScheme::md5_crypt, "$1$", std::string(text)};
}

// $2y$COST$, then 22 digits of salt and 31 of hash
Read read_bcrypt(std::string_view text) {
  if (text.size() != 60 || text[6] != '$' || !are_crypt_digits(text.substr(7))) return malformed("bcrypt");
  const auto cost = parse_decimal(text.substr(4, 2));
  if (!cost || *cost < 4 || *cost > 31) return malformed("bcrypt");
  if (*cost > most_bcrypt_cost) return std::unexpected("bcrypt hash with a cost above 16");
  return ReadHash{PasswordScheme::bcrypt, std::string(text.substr(0, 7)), std::string(text)};
}

// $6$SALT$HASH or $6$rounds=N$SALT$HASH, likewise $5$
Read read_sha_crypt(std::string_view text, PasswordScheme scheme) {
  const std::string_view name = scheme == PasswordScheme::sha512_crypt ? "SHA512-CRYPT" : "SHA256-CRYPT";
  const std::size_t digits = scheme == PasswordScheme::sha512_crypt ? 86 : 43;
  auto parts = split(text.substr(3), '$');
  std::string cost(text.substr(0, 3));
  if (parts.size() == 3 && parts[0].starts_with("rounds=")) {
    const auto rounds = parse_decimal(parts[0].substr(7));
    if (!rounds || *rounds < 1000 || parts[0].size() > 16) return malformed(name);
    if (*rounds > most_sha_rounds)
      return std::unexpected(std::string(name) + " hash with more than 5 million rounds");
    cost += parts[0];
    parts.erase(parts.begin());
  }
  if (parts.size() != 2 || parts[0].size() > 16 || parts[1].size() != digits) return malformed(name);
  // crypt(3) allows nearly any character in this salt, and other programs made use of that.
  const bool has_salt = parts[0].find_first_of(":*!\\ \t") == std::string_view::npos && is_utf8(parts[0]);
  if (!has_salt || !are_crypt_digits(parts[1])) return malformed(name);
  return ReadHash{scheme, cost, std::string(text)};
}

// $y$PARAMETERS$SALT$HASH; the parameters are flavour, log2 N, block size r, each a digit, as
// crypt_gensalt(3) writes them. Rarer ones would need more digits, which nobody's tool makes.
Read read_yescrypt(std::string_view text) {
  const auto parts = split(text.substr(3), '$');
  if (parts.size() != 3 || !are_crypt_digits(parts[0]) || !are_crypt_digits(parts[1]) ||
      !are_crypt_digits(parts[2])) {
    return malformed("yescrypt");
  }
  if (parts[0].size() != 3 || parts[0][0] != 'j')
    return std::unexpected("yescrypt hash with unusual parameters");
  if (parts[1].empty() || parts[1].size() > 86 || parts[2].size() != 43) return malformed("yescrypt");
  const std::size_t log_n = crypt_digits.find(parts[0][1]) + 1;
  const std::size_t r = crypt_digits.find(parts[0][2]) + 1;
  if (log_n > 24 || (std::uint64_t{128} * r << log_n) > most_yescrypt_bytes) {
    return std::unexpected("yescrypt hash that costs more than 256 MiB");
  }
  return ReadHash{PasswordScheme::yescrypt, std::string(text.substr(0, 6)), std::string(text)};
}

Read read_argon2id(std::string_view text) {
  const auto parameters = TRY(parse_argon2id(text));
  return ReadHash{PasswordScheme::argon2id,
                  std::string(text.substr(0, text.rfind("$m=") + 1)) +
                      std::to_string(parameters.memory_kib * std::uint64_t{parameters.passes}),
                  std::string(text)};
}

Read read_modular(std::string_view text) {
  if (text.starts_with("$1$")) return read_md5_crypt(text);
  if (text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$"))
    return read_bcrypt(text);
  if (text.starts_with("$5$")) return read_sha_crypt(text, PasswordScheme::sha256_crypt);
  if (text.starts_with("$6$")) return read_sha_crypt(text, PasswordScheme::sha512_crypt);
  if (text.starts_with("$y$")) return read_yescrypt(text);
  if (text.starts_with("$argon2id$")) return read_argon2id(text);
  const auto end = text.find('$', 1);
  if (text.starts_with('$') && end != std::string_view::npos && end <= 12) {
    return std::unexpected("hash scheme " + escape_controls(text.substr(0, end + 1)) + " isn't supported");
  }
  return std::unexpected("not a password hash ($…$ or {SCHEME} is expected)");
}

struct Named {
  std::string_view name;
  std::optional<PasswordScheme> scheme;  // none: any of crypt(3)'s
};
constexpr Named named[] = {
    {"CRYPT", std::nullopt},
    {"MD5-CRYPT", PasswordScheme::md5_crypt},
    {"BLF-CRYPT", PasswordScheme::bcrypt},
    {"SHA256-CRYPT", PasswordScheme::sha256_crypt},
    {"SHA512-CRYPT", PasswordScheme::sha512_crypt},
    {"ARGON2ID", PasswordScheme::argon2id},
};

Read read_named(std::string_view scheme, std::string_view hash) {
  if (equals_ignoring_case(scheme, "PLAIN")) {
    if (hash.empty() || hash.contains('\0')) return std::unexpected("empty {PLAIN} password");
    return ReadHash{PasswordScheme::plain, "", std::string(hash)};
  }
  const auto found =
      std::ranges::find_if(named, [scheme](const Named& n) { return equals_ignoring_case(n.name, scheme); });
  if (found == std::end(named)) {
    return std::unexpected("scheme {" + escape_controls(scheme.substr(0, 32)) + "} isn't supported");
  }
  auto read = TRY(read_modular(hash));
  const bool fits = found->scheme ? read.scheme == *found->scheme : read.scheme != PasswordScheme::argon2id;
  if (!fits)
    return std::unexpected("what follows {" + std::string(found->name) + "} is another scheme's hash");
  return read;
}

}  // namespace

Read read_password_hash(std::string_view stored) {
  if (stored.size() > most_stored_bytes) return std::unexpected("longer than any password hash");
  // shadow(5)'s marks of an account without a password to log in with.
  if (stored.empty() || stored == "x" || stored.starts_with('!') || stored.starts_with('*')) {
    return std::unexpected("no password to log in with");
  }
  if (!stored.starts_with('{')) return read_modular(stored);
  const auto end = stored.find('}');
  if (end == std::string_view::npos) return std::unexpected("a { without its }");
  return read_named(stored.substr(1, end - 1), stored.substr(end + 1));
}

}  // namespace pillarbox::crypto
