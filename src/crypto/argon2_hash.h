// argon2id (RFC 9106) in the form that its reference implementation writes:
// $argon2id$v=19$m=MEMORY-IN-KIB,t=PASSES,p=LANES$SALT$HASH, salt and hash in base64 without padding.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace pillarbox::crypto {

struct Argon2Hash {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
  std::string salt;
  std::string hash;
};

// Refuses what would cost more than 256 MiB, or more than 1 GiB of memory passes.
std::expected<Argon2Hash, std::string> parse_argon2id(std::string_view text);

// Requires: `text` was parsed without error.
bool argon2id_matches(std::string_view text, std::string_view password);

std::string make_argon2id(std::string_view password);

}  // namespace pillarbox::crypto
