#include "crypto/argon2_hash.h"

#include <argon2.h>
#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "base/try.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace pillarbox::crypto {
namespace {

constexpr std::uint64_t most_memory_kib = 256 * 1024;
constexpr std::uint64_t most_memory_passes_kib = 1024 * 1024;
constexpr std::uint64_t most_lanes = 16;
constexpr std::size_t most_field_bytes = 64;

// RFC 9106 §4's second choice is 64 MiB and three passes; a mail server that checks several passwords at once
// on a small machine takes OWASP's smaller one of equal strength against a guesser's hardware.
constexpr std::uint32_t default_memory_kib = 19 * 1024;
constexpr std::uint32_t default_passes = 2;
constexpr std::uint32_t default_lanes = 1;

std::string without_padding(std::string base64) {
  base64.resize(base64.find_last_not_of('=') + 1);
  return base64;
}

std::optional<std::string> decode_without_padding(std::string_view text) {
  if (text.contains('=')) return std::nullopt;
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  return base64_decode(padded);
}

// "m=65536" for 'm'.
std::optional<std::uint64_t> number(std::string_view text, char name) {
  if (text.size() < 3 || text.size() > 12 || text[0] != name || text[1] != '=') return std::nullopt;
  return parse_decimal(text.substr(2));
}

std::string compute(const Argon2Hash& parameters, std::string_view password, std::size_t size) {
  std::string phrase(password);
  const Wiper wiper(phrase);
  std::string salt = parameters.salt;
  std::string out(size, '\0');
  argon2_context context{};
  context.out = reinterpret_cast<std::uint8_t*>(out.data());
  context.outlen = static_cast<std::uint32_t>(out.size());
  context.pwd = reinterpret_cast<std::uint8_t*>(phrase.data());
  context.pwdlen = static_cast<std::uint32_t>(phrase.size());
  context.salt = reinterpret_cast<std::uint8_t*>(salt.data());
  context.saltlen = static_cast<std::uint32_t>(salt.size());
  context.t_cost = parameters.passes;
  context.m_cost = parameters.memory_kib;
  context.lanes = parameters.lanes;
  context.threads = 1;  // the worker pool decides how many run at once; the result is the same
  context.version = ARGON2_VERSION_13;
  if (argon2_ctx(&context, Argon2_id) != ARGON2_OK) return "";
  return out;
}

}  // namespace

std::expected<Argon2Hash, std::string> parse_argon2id(std::string_view text) {
  const auto malformed = std::unexpected("malformed argon2id hash");
  const auto parts = split(text, '$');
  if (parts.size() != 6 || !parts[0].empty() || parts[1] != "argon2id") return malformed;
  if (parts[2] != "v=19") return std::unexpected("argon2id of another version than 19");
  const auto costs = split(parts[3], ',');
  if (costs.size() != 3) return malformed;
  const auto memory = number(costs[0], 'm');
  const auto passes = number(costs[1], 't');
  const auto lanes = number(costs[2], 'p');
  const auto salt = decode_without_padding(parts[4]);
  const auto hash = decode_without_padding(parts[5]);
  if (!memory || !passes || !lanes || !salt || !hash) return malformed;
  if (*lanes < 1 || *lanes > most_lanes || *memory < 8 * *lanes || *passes < 1) return malformed;
  if (salt->size() < 8 || salt->size() > most_field_bytes) return malformed;
  if (hash->size() < 16 || hash->size() > most_field_bytes) return malformed;
  if (*memory > most_memory_kib || *memory * *passes > most_memory_passes_kib) {
    return std::unexpected("argon2id hash that costs more than 256 MiB or 1 GiB in all passes");
  }
  return Argon2Hash{.memory_kib = static_cast<std::uint32_t>(*memory),
                    .passes = static_cast<std::uint32_t>(*passes),
                    .lanes = static_cast<std::uint32_t>(*lanes),
                    .salt = *salt,
                    .hash = *hash};
}

bool argon2id_matches(std::string_view text, std::string_view password) {
  const auto stored = parse_argon2id(text);
  ASSERT(stored.has_value());
  return equals_in_constant_time(compute(*stored, password, stored->hash.size()), stored->hash);
}

std::string make_argon2id(std::string_view password) {
  const Argon2Hash parameters{.memory_kib = default_memory_kib,
                              .passes = default_passes,
                              .lanes = default_lanes,
                              .salt = random_bytes(16),
                              .hash = ""};
  const std::string hash = compute(parameters, password, 32);
  ASSERT(!hash.empty());
  return fmt::format("$argon2id$v=19$m={},t={},p={}${}${}", parameters.memory_kib, parameters.passes,
                     parameters.lanes, without_padding(base64_encode(parameters.salt)),
                     without_padding(base64_encode(hash)));
}

}  // namespace pillarbox::crypto
